# What the module refuses, before anything is asked of Scaleway or the cluster.

mock_provider "scaleway" {}
mock_provider "helm" {}

variables {
  project_id = "11111111-2222-3333-4444-555555555555"
  zone       = "fr-par-1"
}

run "a_usual_ingress" {
  command = plan
}

run "a_region_for_a_zone" {
  command = plan
  variables { zone = "fr-par" }
  expect_failures = [var.zone]
}

run "a_load_balancer_that_is_not_sold" {
  command = plan
  variables { load_balancer_type = "LB-XS" }
  expect_failures = [var.load_balancer_type]
}

run "one_replica" {
  command = plan
  variables { replicas = 1 }
  expect_failures = [var.replicas]
}
