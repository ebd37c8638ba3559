output "cluster_id" {
  description = "Id of the cluster, as deploy-k8s takes it."
  value       = module.cluster.id
}

output "apiserver_url" {
  description = "Where the API server answers."
  value       = module.cluster.apiserver_url
}

output "certificate_authority" {
  description = "The API server's certificate authority, base64. No secret."
  value       = module.cluster.certificate_authority
}

output "ingress_address" {
  description = "Public address of the ingress controller, for DNS."
  value       = module.ingress.address
}

output "egress_address" {
  description = "Address from which the nodes reach the internet, for allow-lists of others."
  value       = module.cluster.egress_address
}
