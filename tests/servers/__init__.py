"""Real servers on free loopback ports for integration tests; each dies with the test process that started it."""
