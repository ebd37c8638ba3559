output "id" {
  description = "Id of the namespace, with its region."
  value       = scaleway_registry_namespace.this.id
}

output "endpoint" {
  description = "What images' names begin with, for example rg.fr-par.scw.cloud/shop."
  value       = scaleway_registry_namespace.this.endpoint
}
