# What the module refuses, before anything is asked of the cluster.

mock_provider "kubernetes" {}

variables {
  name = "storefront"
}

run "a_usual_namespace" {
  command = plan
}

run "a_name_with_a_dot" {
  command = plan
  variables { name = "store.front" }
  expect_failures = [var.name]
}

run "a_namespace_of_the_cluster_itself" {
  command = plan
  variables { name = "kube-system" }
  expect_failures = [var.name]
}

run "a_standard_that_does_not_exist" {
  command = plan
  variables { pod_security = "strict" }
  expect_failures = [var.pod_security]
}

run "a_service_account_as_a_person" {
  command = plan
  variables { deployer = { subjects = [{ kind = "ServiceAccount", name = "robot" }] } }
  expect_failures = [var.deployer]
}
