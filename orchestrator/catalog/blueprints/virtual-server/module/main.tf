# The default network is looked up only where no subnet is named: an account need not have one.
data "aws_vpc" "default" {
  count = var.subnet_id == "" ? 1 : 0

  default = true
}

data "aws_subnets" "default" {
  count = var.subnet_id == "" ? 1 : 0

  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default[0].id]
  }

  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

data "aws_subnet" "this" {
  id = var.subnet_id == "" ? sort(data.aws_subnets.default[0].ids)[0] : var.subnet_id
}

# The newest Amazon Linux for the processor of the instance type (the letter g after the number is ARM).
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${local.architecture}"
}

locals {
  architecture = can(regex("^[a-z]+[0-9]+[a-z]*g[a-z]*\\.", var.instance_type)) ? "arm64" : "x86_64"
}

resource "aws_security_group" "this" {
  name        = "${var.name}-server"
  description = "Who reaches the server ${var.name}."
  vpc_id      = data.aws_subnet.this.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-server" })
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for each in setproduct(var.open_ports, var.allowed_cidrs) : "${each[0]} ${each[1]}" => each }

  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.value[1]
  ip_protocol       = "tcp"
  from_port         = each.value[0]
  to_port           = each.value[0]
}

resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

# People get onto the server by Systems Manager, with their own identity and on record: no SSH, no keys.
resource "aws_iam_role" "this" {
  name        = "${var.name}-server"
  description = "What the server ${var.name} may do."
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ec2.amazonaws.com" }
      }
    ]
  })
}

# What Session Manager needs; AWS's own policy for it would let the server read every parameter of the account.
resource "aws_iam_role_policy" "session_manager" {
  name = "session-manager"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "ssm:UpdateInstanceInformation",
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ]
        Resource = "*"
      }
    ]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-server"
  role = aws_iam_role.this.name
  tags = var.tags
}

resource "aws_instance" "this" {
  ami                         = data.aws_ssm_parameter.image.value
  instance_type               = var.instance_type
  subnet_id                   = data.aws_subnet.this.id
  vpc_security_group_ids      = [aws_security_group.this.id]
  iam_instance_profile        = aws_iam_instance_profile.this.name
  associate_public_ip_address = var.public_address
  disable_api_termination     = var.deletion_protection
  monitoring                  = var.detailed_monitoring
  tags                        = merge(var.tags, { Name = var.name })
  volume_tags                 = merge(var.tags, { Name = var.name })

  # Programs on the server must ask for credentials in a way that a forged request cannot.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.disk_gb
    encrypted   = true
    kms_key_id  = var.kms_key_arn == "" ? null : var.kms_key_arn
  }

  lifecycle {
    # A newer image is for new servers, and so is another wish for an address: this one keeps what is on its disk.
    ignore_changes = [ami, associate_public_ip_address]
  }
}
