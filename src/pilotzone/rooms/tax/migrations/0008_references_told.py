"""Whether a deposit or a release was told before is asked of every batch: by its reference, not by reading all entries."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0007_statement_order'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='guaranteeentry',
            index=models.Index(condition=models.Q(('reference__gt', '')), fields=['reference', 'list_key'], name='tax_guarantee_entry_told'),
        ),
    ]
