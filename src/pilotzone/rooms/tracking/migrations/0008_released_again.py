"""Whether goods of a trade came back by a return: a list customs cancelled and released again is then still one that came back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0007_residual_files")]

    operations = [migrations.AddField("fact", "given_back", models.BooleanField(db_default=False, default=False))]
