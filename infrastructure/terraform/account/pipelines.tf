# One identity for each thing that a pipeline does, so that a leaked key does no more than its job.
# Keys are made by hand with an expiry date and put into the GitHub environment of the job (docs/how-to): here they would be in the state.

locals {
  organization_rules = {
    # account-review: reads everything, changes nothing.
    review = ["IAMReadOnly", "BillingReadOnly", "ProjectReadOnly", "OrganizationReadOnly", "AuditTrailReadOnly"]
  }

  project_rules = {
    review    = ["AllProductsReadOnly", "SSHKeysReadOnly"]
    plan      = ["AllProductsReadOnly", "ObjectStorageFullAccess"]
    terraform = ["AllProductsFullAccess"]
    push      = ["ContainerRegistryFullAccess"]
    clean-up  = ["InstancesFullAccess", "BlockStorageFullAccess", "LoadBalancersFullAccess", "ContainerRegistryFullAccess"]
  }

  purposes = {
    review    = "Monthly account review, read only"
    plan      = "terraform plan of pull requests, read only but for the states"
    terraform = "terraform apply, after approval"
    push      = "Pushes images to the registry"
    clean-up  = "Deletes what a reviewed clean-up plan names, after approval"
  }
}

resource "scaleway_iam_application" "pipeline" {
  for_each = local.purposes

  name        = "${var.project}-${each.key}"
  description = each.value
  tags        = ["project=${var.project}", "managed-by=terraform"]
}

resource "scaleway_iam_policy" "pipeline" {
  for_each = local.purposes

  name           = "${var.project}-${each.key}"
  description    = each.value
  application_id = scaleway_iam_application.pipeline[each.key].id
  tags           = ["project=${var.project}", "managed-by=terraform"]

  rule {
    project_ids          = [scaleway_account_project.this.id]
    permission_set_names = local.project_rules[each.key]
  }

  dynamic "rule" {
    for_each = try([local.organization_rules[each.key]], [])

    content {
      organization_id      = var.organization_id
      permission_set_names = rule.value
    }
  }
}

resource "scaleway_iam_group" "administrators" {
  name        = "${var.project}-administrators"
  description = "Administers ${var.project}"
  user_ids    = var.administrators
  tags        = ["project=${var.project}", "managed-by=terraform"]
}

resource "scaleway_iam_policy" "administrators" {
  name        = "${var.project}-administrators"
  description = "Administers ${var.project}"
  group_id    = scaleway_iam_group.administrators.id
  tags        = ["project=${var.project}", "managed-by=terraform"]

  rule {
    project_ids          = [scaleway_account_project.this.id]
    permission_set_names = ["AllProductsFullAccess"]
  }
}
