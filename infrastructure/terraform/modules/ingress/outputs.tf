output "address" {
  description = "Public address of the load balancer, for DNS."
  value       = scaleway_lb_ip.this.ip_address
}
