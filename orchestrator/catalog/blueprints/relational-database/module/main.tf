# The default network is looked up only where no subnets are named: an account need not have one.
data "aws_vpc" "default" {
  count = length(var.subnet_ids) == 0 ? 1 : 0

  default = true
}

data "aws_subnets" "default" {
  count = length(var.subnet_ids) == 0 ? 1 : 0

  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default[0].id]
  }

  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

data "aws_subnet" "first" {
  id = local.subnet_ids[0]
}

locals {
  subnet_ids = length(var.subnet_ids) > 0 ? sort(tolist(var.subnet_ids)) : sort(data.aws_subnets.default[0].ids)

  engines = {
    postgres = { version = "16", family = "postgres16", port = 5432, logs = ["postgresql", "upgrade"], tls = "rds.force_ssl", tls_value = "1" }
    mysql    = { version = "8.0", family = "mysql8.0", port = 3306, logs = ["error", "slowquery"], tls = "require_secure_transport", tls_value = "ON" }
  }

  engine = local.engines[var.engine]
  port   = local.engine.port
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "Who reaches the database ${var.name}."
  vpc_id      = data.aws_subnet.first.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-database" })
}

resource "aws_vpc_security_group_ingress_rule" "cidr" {
  for_each = var.allowed_cidrs

  security_group_id = aws_security_group.this.id
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = local.port
  to_port           = local.port
}

resource "aws_vpc_security_group_ingress_rule" "group" {
  for_each = var.allowed_security_group_ids

  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_db_subnet_group" "this" {
  name        = "${var.name}-database"
  description = "Where the database ${var.name} may live."
  subnet_ids  = local.subnet_ids
  tags        = var.tags
}

# Connections without TLS are refused.
resource "aws_db_parameter_group" "this" {
  name        = "${var.name}-${replace(local.engine.family, ".", "-")}"
  description = "Settings of the database ${var.name}."
  family      = local.engine.family
  tags        = var.tags

  parameter {
    name  = local.engine.tls
    value = local.engine.tls_value
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = var.engine
  engine_version = local.engine.version
  instance_class = var.instance_class
  db_name        = var.database_name

  # AWS makes the password and keeps it in Secrets Manager: it is in no state, no plan and no conversation.
  username                            = "administrator"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_gb * 5
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn == "" ? null : var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  publicly_accessible    = false
  multi_az               = var.multi_az

  backup_retention_period         = var.backup_days
  copy_tags_to_snapshot           = true
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.final_snapshot
  final_snapshot_identifier       = "${var.name}-final-${formatdate("YYYYMMDDhhmmss", timestamp())}"
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = local.engine.logs
  apply_immediately               = true
  tags                            = var.tags

  lifecycle {
    # Named once, when the database is made: every plan has another time.
    ignore_changes = [final_snapshot_identifier]
  }
}
