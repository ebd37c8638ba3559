output "id" {
  description = "Id of the cluster without its region, as deploy-k8s and account-review take it."
  value       = split("/", scaleway_k8s_cluster.this.id)[1]
}

output "region" {
  description = "Region of the cluster."
  value       = scaleway_k8s_cluster.this.region
}

output "apiserver_url" {
  description = "Where the API server answers."
  value       = scaleway_k8s_cluster.this.apiserver_url
}

output "certificate_authority" {
  description = "The API server's certificate authority, base64 as in a kubeconfig. No secret."
  value       = nonsensitive(scaleway_k8s_cluster.this.kubeconfig[0].cluster_ca_certificate)
}

output "wildcard_dns" {
  description = "Name that resolves to the nodes of the cluster."
  value       = scaleway_k8s_cluster.this.wildcard_dns
}

output "private_network_id" {
  description = "Network of the nodes, for databases that the cluster uses."
  value       = scaleway_vpc_private_network.this.id
}

output "egress_address" {
  description = "Address from which nodes without one of their own reach the internet; null where every pool has public addresses."
  value       = one(scaleway_vpc_public_gateway_ip.this[*].address)
}
