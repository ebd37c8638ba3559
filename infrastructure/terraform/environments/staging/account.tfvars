organization_id = "00000000-0000-0000-0000-000000000000"
project         = "storefront-staging"
registry        = "storefront-staging"
state_bucket    = "storefront-staging-terraform"
monthly_budget  = 150
budget_mail     = ["platform@example.com"]
