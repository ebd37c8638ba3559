# What the module refuses, before anything is asked of Scaleway.

mock_provider "scaleway" {}

variables {
  name               = "storefront"
  project_id         = "11111111-2222-3333-4444-555555555555"
  kubernetes_version = "1.35"
  api_access         = { "203.0.113.0/24" = "office" }
  pools              = { default = { node_type = "DEV1-M", size = 2 } }
}

run "a_usual_cluster" {
  command = plan
}

run "a_name_in_capitals" {
  command = plan
  variables { name = "Storefront" }
  expect_failures = [var.name]
}

run "a_project_by_name" {
  command = plan
  variables { project_id = "storefront" }
  expect_failures = [var.project_id]
}

run "a_zone_for_a_region" {
  command = plan
  variables { region = "fr-par-1" }
  expect_failures = [var.region]
}

run "a_patch_version_with_upgrades_of_patches" {
  command = plan
  variables { kubernetes_version = "1.35.2" }
  expect_failures = [var.kubernetes_version]
}

run "a_minor_version_that_nobody_upgrades" {
  command = plan
  variables { auto_upgrade = null }
  expect_failures = [var.kubernetes_version]
}

run "a_patch_version_that_nobody_upgrades" {
  command = plan
  variables {
    kubernetes_version = "1.35.2"
    auto_upgrade       = null
  }
}

run "an_hour_that_no_clock_shows" {
  command = plan
  variables { auto_upgrade = { day = "sunday", start_hour = 24 } }
  expect_failures = [var.auto_upgrade]
}

run "a_network_plugin_without_policies" {
  command = plan
  variables { cni = "flannel" }
  expect_failures = [var.cni]
}

run "the_whole_internet" {
  command = plan
  variables { api_access = { "0.0.0.0/0" = "everybody" } }
  expect_failures = [var.api_access]
}

run "an_address_without_its_range" {
  command = plan
  variables { api_access = { "203.0.113.7" = "office" } }
  expect_failures = [var.api_access]
}

run "every_repository_of_an_owner" {
  command = plan
  variables { github_oidc = { audience = "storefront", repository = "example/*" } }
  expect_failures = [var.github_oidc]
}

run "no_pool" {
  command = plan
  variables { pools = {} }
  expect_failures = [var.pools]
}

run "a_pool_that_can_only_grow" {
  command = plan
  variables { pools = { default = { node_type = "DEV1-M", size = 2, max_size = 4 } } }
  expect_failures = [var.pools]
}

run "a_pool_that_begins_outside_of_its_bounds" {
  command = plan
  variables { pools = { default = { node_type = "DEV1-M", size = 5, min_size = 1, max_size = 4 } } }
  expect_failures = [var.pools]
}

run "a_pool_that_cannot_be_upgraded" {
  command = plan
  variables { pools = { default = { node_type = "DEV1-M", size = 2, max_surge = 0 } } }
  expect_failures = [var.pools]
}

run "a_tag_with_a_colon" {
  command = plan
  variables { tags = ["team:web"] }
  expect_failures = [var.tags]
}
