"""A message broker as E-port names it (RabbitMQ), small: what the platform's AMQP transport uses, and its faults."""
