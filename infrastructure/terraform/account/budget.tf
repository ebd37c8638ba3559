# A mail at 80 % and at 100 % of what the organization means to spend in a month.

resource "scaleway_billing_budget" "this" {
  organization_id   = var.organization_id
  consumption_limit = var.monthly_budget * 100 # in cents
  enabled           = true
}

resource "scaleway_billing_budget_alert" "this" {
  for_each = toset(["80", "100"])

  budget_id = scaleway_billing_budget.this.id
  threshold = tonumber(each.key)
}

resource "scaleway_billing_budget_alert_notification" "this" {
  for_each = scaleway_billing_budget_alert.this

  budget_alert_id = each.value.id
  email_addresses = var.budget_mail
}
