output "server_id" {
  description = "Id of the server."
  value       = aws_instance.this.id
}

output "private_address" {
  description = "Address of the server in its network."
  value       = aws_instance.this.private_ip
}

output "public_address" {
  description = "Address of the server on the internet; empty when it has none."
  value       = aws_instance.this.public_ip
}

output "role_name" {
  description = "Name of the server's role, for what else it may do."
  value       = aws_iam_role.this.name
}

output "security_group_id" {
  description = "Id of the group that says who reaches the server."
  value       = aws_security_group.this.id
}
