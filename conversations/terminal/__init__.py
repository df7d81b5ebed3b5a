"""A client for terminals and programs: it speaks only the public protocol and knows neither Django nor the database."""
