# What the module refuses, before anything is asked of Scaleway.

mock_provider "scaleway" {}

variables {
  name       = "storefront"
  project_id = "11111111-2222-3333-4444-555555555555"
}

run "a_usual_registry" {
  command = plan
}

run "a_name_in_capitals" {
  command = plan
  variables { name = "Storefront" }
  expect_failures = [var.name]
}

run "a_name_that_ends_with_a_dash" {
  command = plan
  variables { name = "storefront-" }
  expect_failures = [var.name]
}
