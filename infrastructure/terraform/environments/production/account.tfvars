organization_id = "00000000-0000-0000-0000-000000000000"
project         = "storefront"
registry        = "storefront"
state_bucket    = "storefront-production-terraform"
monthly_budget  = 900
budget_mail     = ["platform@example.com", "finance@example.com"]
