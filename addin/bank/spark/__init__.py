"""Apache Spark, the engine on a cluster.

Spark SQL does the joins, the orders and the keys that stand twice; tasks on its executors compute
the chain, each on a part of the customers that it finds in the run's folder. So every node of the
cluster must see this folder and have a Python with creditcells, under the same paths.
"""
