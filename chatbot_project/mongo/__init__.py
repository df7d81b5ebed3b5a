"""MongoDB for everybody: Django's engine, plain PyMongo connections, transactions, the embedded development server."""
