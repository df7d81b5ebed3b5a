# The default network is looked up only where no subnets are named: an account need not have one.
data "aws_vpc" "default" {
  count = length(var.public_subnet_ids) == 0 ? 1 : 0

  default = true
}

data "aws_subnets" "default" {
  count = length(var.public_subnet_ids) == 0 ? 1 : 0

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
  id = local.public_subnet_ids[0]
}

data "aws_region" "current" {}

locals {
  public_subnet_ids = length(var.public_subnet_ids) > 0 ? sort(tolist(var.public_subnet_ids)) : sort(data.aws_subnets.default[0].ids)

  # Without private subnets the tasks are in the public ones, and need an address to fetch their image.
  task_subnet_ids = length(var.private_subnet_ids) > 0 ? sort(tolist(var.private_subnet_ids)) : local.public_subnet_ids
  has_tls         = var.certificate_arn != ""
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/infrachat/${var.name}"
  retention_in_days = var.log_days
  tags              = var.tags
}

resource "aws_security_group" "balancer" {
  name        = "${var.name}-balancer"
  description = "Who reaches the load balancer of ${var.name}."
  vpc_id      = data.aws_subnet.first.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-balancer" })
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  for_each = { for each in setproduct(local.has_tls ? [80, 443] : [80], var.allowed_cidrs) : "${each[0]} ${each[1]}" => each }

  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = each.value[1]
  ip_protocol       = "tcp"
  from_port         = each.value[0]
  to_port           = each.value[0]
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  security_group_id            = aws_security_group.balancer.id
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = var.container_port
  to_port                      = var.container_port
}

resource "aws_security_group" "tasks" {
  name        = "${var.name}-tasks"
  description = "Who reaches the containers of ${var.name}: the load balancer alone."
  vpc_id      = data.aws_subnet.first.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-tasks" })
}

resource "aws_vpc_security_group_ingress_rule" "tasks" {
  security_group_id            = aws_security_group.tasks.id
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = var.container_port
  to_port                      = var.container_port
}

resource "aws_vpc_security_group_egress_rule" "tasks" {
  security_group_id = aws_security_group.tasks.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_lb" "this" {
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = var.internal
  security_groups            = [aws_security_group.balancer.id]
  subnets                    = local.public_subnet_ids
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection
  tags                       = var.tags
}

resource "aws_lb_target_group" "this" {
  name                 = var.name
  port                 = var.container_port
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = data.aws_subnet.first.vpc_id
  deregistration_delay = 30
  tags                 = var.tags

  health_check {
    path                = var.health_path
    matcher             = "200-399"
    interval            = 15
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "plain" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"
  tags              = var.tags

  default_action {
    type             = local.has_tls ? "redirect" : "forward"
    target_group_arn = local.has_tls ? null : aws_lb_target_group.this.arn

    dynamic "redirect" {
      for_each = local.has_tls ? [443] : []

      content {
        protocol    = "HTTPS"
        port        = tostring(redirect.value)
        status_code = "HTTP_301"
      }
    }
  }
}

resource "aws_lb_listener" "tls" {
  count = local.has_tls ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  tags              = var.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

# What fetches the image and writes the logs; the application itself has the role `task_role_arn`, or none.
resource "aws_iam_role" "execution" {
  name        = "${var.name}-execution"
  description = "Starts the containers of ${var.name}."
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
      }
    ]
  })
}

resource "aws_iam_role_policy" "execution" {
  name = "execution"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "FetchImages"
        Effect = "Allow"
        Action = [
          "ecr:GetAuthorizationToken",
          "ecr:BatchCheckLayerAvailability",
          "ecr:GetDownloadUrlForLayer",
          "ecr:BatchGetImage",
        ]
        Resource = "*"
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*"
      },
    ]
  })
}

resource "aws_ecs_cluster" "this" {
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.cpu)
  memory                   = tostring(var.memory_mb)
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = var.task_role_arn == "" ? null : var.task_role_arn
  tags                     = var.tags

  container_definitions = jsonencode([
    {
      name                   = "application"
      image                  = var.image
      essential              = true
      readonlyRootFilesystem = var.read_only
      environment            = [for name in sort(keys(var.settings)) : { name = name, value = var.settings[name] }]
      portMappings           = [{ containerPort = var.container_port, protocol = "tcp" }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = data.aws_region.current.name
          awslogs-stream-prefix = "application"
        }
      }
    }
  ])
}

resource "aws_ecs_service" "this" {
  name                               = var.name
  cluster                            = aws_ecs_cluster.this.id
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.tasks
  launch_type                        = "FARGATE"
  health_check_grace_period_seconds  = 60
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  propagate_tags                     = "SERVICE"
  tags                               = var.tags

  # A version that does not become healthy is taken back by itself.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = local.task_subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = length(var.private_subnet_ids) == 0
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = "application"
    container_port   = var.container_port
  }

  depends_on = [aws_lb_listener.plain, aws_lb_listener.tls, aws_iam_role_policy.execution]
}
