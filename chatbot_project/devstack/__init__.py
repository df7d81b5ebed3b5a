"""The development stack: every process of the product and every server it needs, on one machine, started together.

`python -m chatbot_project.devstack up` starts it, `demo` runs one whole request on it.
"""
