import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect

OWN = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", SYSTEM)
UNSIGNED = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation() AND receipt = '')", SYSTEM)


class Migration(migrations.Migration):
    """Messages composed of drafts for a firm's card, until they are signed."""

    dependencies = [
        ('clearance', '0004_buyer_checks'),
        ('kernel', '0007_stewardship'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Signing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.UUIDField()),
                ('position', models.SmallIntegerField()),
                ('message', models.CharField(max_length=20)),
                ('algorithm', models.CharField(max_length=16)),
                ('certificate', models.CharField(max_length=64)),
                ('drafts', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('body', models.BinaryField()),
                ('made_at', models.DateTimeField()),
                ('receipt', models.CharField(blank=True, default='', max_length=32)),
                ('signed_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'receipt'], name='clearance_signing_firm')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'position'), name='clearance_signing_place')],
            },
        ),
        protect("clearance_signing", read=OWN, insert=OWN, update=OWN, delete=UNSIGNED),
        audited("clearance_signing", hide=("body",)),
    ]
