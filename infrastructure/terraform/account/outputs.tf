output "project_id" {
  description = "Project of this environment."
  value       = scaleway_account_project.this.id
}

output "registry_endpoint" {
  description = "What images' names begin with."
  value       = module.registry.endpoint
}

output "pipeline_applications" {
  description = "Ids of the pipelines' identities by purpose, to make API keys for."
  value       = { for purpose, application in scaleway_iam_application.pipeline : purpose => application.id }
}
