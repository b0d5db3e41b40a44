"""What Django's sqlsequencereset does, run: a statement a model, from the client.

Arguments: host, port, database, user, how many tables t1, t2, ... there are. Prints the seconds
that reset them took, without the time that Django needs to start and to define the models.
"""
import sys
import time

import django
from django.conf import settings

host, port, database, user, tables = sys.argv[1:6]
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": host,
            "PORT": port,
            "NAME": database,
            "USER": user,
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models  # noqa: E402


def model(number):
    meta = type("Meta", (), {"app_label": "bench", "db_table": f"t{number}"})
    return type(
        f"T{number}",
        (models.Model,),
        {"__module__": "bench", "Meta": meta, "pad": models.TextField()},
    )


all_models = [model(number) for number in range(1, int(tables) + 1)]
begin = time.perf_counter()
with connection.cursor() as cursor:
    for statement in connection.ops.sequence_reset_sql(no_style(), all_models):
        cursor.execute(statement)
print(time.perf_counter() - begin)
