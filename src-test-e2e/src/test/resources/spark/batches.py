"""Appends to a table, batch by batch, by a job that knows nothing of Claviger: batches.py MASTER BUCKET [SETTING=VALUE ...]"""
import sys

from pyspark.sql import SparkSession, functions as F


def main(master, bucket, *settings):
    builder = SparkSession.builder.master(master).appName("claviger-e2e-batches")
    for setting in settings:
        name, _, value = setting.partition("=")
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    table = f"s3a://{bucket}/table"
    for batch in range(20):
        rows = spark.range(batch * 100, batch * 100 + 100, 1, 2)
        rows.select("id", F.lit("plaintext").alias("t")).write.mode("append").parquet(table)
        print("BATCH", batch, flush=True)
    print("ROWS", *spark.read.parquet(table).selectExpr("count(*)", "count(distinct id)", "sum(id)").first(), flush=True)
    spark.stop()


main(*sys.argv[1:])
