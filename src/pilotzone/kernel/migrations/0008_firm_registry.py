import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_stewardship")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="cancelled_on",
            field=models.DateField(blank=True, null=True, verbose_name="注销日"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.organisation",
            ),
        ),
    ]
