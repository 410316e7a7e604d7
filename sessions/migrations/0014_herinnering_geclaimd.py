from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):

    dependencies = [
        ('diners', '0013_bewaren_tot'),
    ]

    operations = [
        migrations.AddField(
            model_name='herinnering',
            name='claimed_at',
            field=models.DateTimeField(default=timezone.now),  # of what is sent already nobody asks when it was taken
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='herinnering',
            name='sent_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
