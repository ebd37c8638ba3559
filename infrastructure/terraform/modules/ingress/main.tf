# An ingress controller behind one load balancer whose address stays when the controller is made anew.

resource "scaleway_lb_ip" "this" {
  project_id = var.project_id
  zone       = var.zone
  tags       = var.tags

  lifecycle {
    # DNS points at it.
    prevent_destroy = true
  }
}

resource "helm_release" "this" {
  name             = "ingress-nginx"
  namespace        = var.namespace
  create_namespace = true
  repository       = "https://kubernetes.github.io/ingress-nginx"
  chart            = "ingress-nginx"
  version          = var.chart_version
  atomic           = true

  values = [yamlencode({
    controller = {
      replicaCount = var.replicas
      # The sender's address survives the load balancer.
      config = {
        "use-proxy-protocol" = "true"
        "hide-headers"       = "Server,X-Powered-By"
      }
      minAvailable = 1
      topologySpreadConstraints = [{
        maxSkew           = 1
        topologyKey       = "kubernetes.io/hostname"
        whenUnsatisfiable = "ScheduleAnyway"
        labelSelector     = { matchLabels = { "app.kubernetes.io/name" = "ingress-nginx" } }
      }]
      service = {
        loadBalancerIP = scaleway_lb_ip.this.ip_address
        annotations = {
          "service.beta.kubernetes.io/scw-loadbalancer-type"              = var.load_balancer_type
          "service.beta.kubernetes.io/scw-loadbalancer-zone"              = var.zone
          "service.beta.kubernetes.io/scw-loadbalancer-proxy-protocol-v2" = "true"
        }
      }
      metrics = { enabled = true }
    }
  })]
}
