"""Resources that were made and never recorded: found in the cloud, matched with what was planned, named for import.

`table` has every resource type that can be adopted, a file per service; `search` does it. To add a service, write a
file like `sqs.py` and name it in `table.py`.
"""
