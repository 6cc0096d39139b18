"""A statement of guarantee is read newest first by the time of what happened: its index stands in that order."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0006_agency'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='guaranteeentry',
            index=models.Index(fields=['organisation_id', '-at', '-id'], name='tax_guarantee_entry_when'),
        ),
        migrations.RemoveIndex(
            model_name='guaranteeentry',
            name='tax_guarantee_entry_org',
        ),
    ]
