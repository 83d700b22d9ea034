"""A job that knows nothing of Claviger: job.py MASTER BUCKET [SETTING=VALUE ...]

Writes tables of several formats, reads them back, and says what it found, one line for each.
"""
import sys

from pyspark.sql import SparkSession, functions as F


def session(master, settings):
    builder = SparkSession.builder.master(master).appName("claviger-e2e")
    for setting in settings:
        name, _, value = setting.partition("=")
        builder = builder.config(name, value)
    return builder.getOrCreate()


def write(spark, root):
    rows = spark.range(0, 20000).select(
        "id", (F.col("id") % 3).alias("p"), F.concat(F.lit("plaintext "), F.col("id")).alias("t")
    )
    rows.write.parquet(root + "parquet")
    rows.write.orc(root + "orc")
    rows.write.csv(root + "csv", header=True)
    rows.write.partitionBy("p").parquet(root + "parts")
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    again = rows.where("p = 1").withColumn("t", F.lit("plaintext again"))
    again.write.mode("overwrite").partitionBy("p").parquet(root + "parts")


def read(spark, root):
    schema = "id long, p long, t string"
    tables = {
        "parquet": spark.read.parquet(root + "parquet"),
        "orc": spark.read.orc(root + "orc"),
        "csv": spark.read.schema(schema).csv(root + "csv", header=True),
        "parts": spark.read.schema(schema).parquet(root + "parts"),
    }
    for name, table in tables.items():
        sums = table.selectExpr("count(*)", "bit_xor(xxhash64(id, p, t))").first()
        print("TABLE", name, sums[0], sums[1], flush=True)


def attempt(name, query):
    try:
        query()
        print(name, "ran", flush=True)
    except Exception as e:
        print(name, "failed", " ".join(str(e).split())[:600], flush=True)


def ignoring(spark, root):
    """What the session or a reader switches on after the start."""
    setting = "spark.sql.files.ignoreCorruptFiles"
    spark.conf.set(setting, "true")
    attempt("SESSION", lambda: spark.read.parquet(root + "parquet").count())
    spark.conf.set(setting, "false")
    options = spark.read.option("ignoreMissingFiles", "true")
    attempt("READER", lambda: options.parquet(root + "parquet").count())
    attempt("AGAIN", lambda: spark.read.parquet(root + "parquet").count())


def main(master, bucket, *settings):
    spark = session(master, settings)
    root = f"s3a://{bucket}/"
    write(spark, root)
    read(spark, root)
    ignoring(spark, root)
    spark.stop()


main(*sys.argv[1:])
