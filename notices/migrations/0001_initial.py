import common.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.first_tables import FirstTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Outage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('service', models.CharField(max_length=40, unique=True, verbose_name='service')),
                    ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                    ('until', models.DateTimeField(null=True, verbose_name='tried again at')),
                ],
                options={
                    'verbose_name': 'outage',
                    'verbose_name_plural': 'outages',
                },
            ),
            migrations.CreateModel(
                name='Webhook',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('kind', models.CharField(choices=[('wecom', 'WeCom'), ('dingtalk', 'DingTalk'), ('feishu', 'Feishu')], max_length=10, verbose_name='product')),
                    ('url', common.fields.EncryptedField(help_text='As the product shows it. Where it asks for a safety setting, choose a keyword: the name of the portal.', max_length=500, verbose_name='address of its robot')),
                    ('groups', models.JSONField(default=list, verbose_name='is told about')),
                    ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ],
                options={
                    'verbose_name': 'group chat',
                    'verbose_name_plural': 'group chats',
                    'ordering': ['name', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Choices',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ways', models.JSONField(default=dict, verbose_name='channels by group')),
                    ('is_daily', models.BooleanField(default=False, verbose_name='e-mails as one letter a day')),
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_choices', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'verbose_name': 'choice of channels',
                    'verbose_name_plural': 'choices of channels',
                },
            ),
            migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.CharField(blank=True, max_length=200, verbose_name='text')),
                    ('phone', common.fields.EncryptedField(blank=True, max_length=11, verbose_name='mobile phone')),
                    ('phone_index', common.fields.BlindIndexField(db_index=True, editable=False, max_length=32, null=True, source='phone')),
                    ('channel', models.CharField(choices=[('email', 'e-mail'), ('daily', 'daily letter'), ('sms', 'text message'), ('webhook', 'group chat')], max_length=10, verbose_name='channel')),
                    ('key', models.CharField(max_length=160, unique=True, verbose_name='key')),
                    ('state', models.CharField(choices=[('waiting', 'waiting'), ('held', 'in the daily letter'), ('sent', 'sent'), ('failed', 'failed')], default='waiting', editable=False, max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('next_try_at', models.DateTimeField(verbose_name='next attempt at')),
                    ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                    ('last_error', models.CharField(blank=True, choices=[('unreachable', 'the service cannot be reached'), ('timeout', 'the service did not answer in time'), ('insecure', 'no secure connection came about'), ('refused', 'the service refused the message'), ('redirected', 'the service sends us to another address, which is not followed'), ('too_long', 'the answer of the service was too long'), ('strange', 'the answer of the service was not understood'), ('forbidden', 'the portal may not call this address'), ('mailbox', 'the mailbox of the recipient was refused'), ('no_address', 'the recipient has no address for this channel'), ('closed', 'the account of the recipient is closed'), ('off', 'this channel is switched off'), ('interrupted', 'sending was interrupted again and again'), ('internal', 'an error inside the portal')], max_length=40, verbose_name='last error')),
                    ('last_code', models.CharField(blank=True, max_length=40, verbose_name='code of the service')),
                    ('carried_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried', to='notices.delivery', verbose_name='daily letter')),
                ],
                options={
                    'verbose_name': 'delivery',
                    'verbose_name_plural': 'deliveries',
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='Attempt',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                    ('error', models.CharField(blank=True, choices=[('unreachable', 'the service cannot be reached'), ('timeout', 'the service did not answer in time'), ('insecure', 'no secure connection came about'), ('refused', 'the service refused the message'), ('redirected', 'the service sends us to another address, which is not followed'), ('too_long', 'the answer of the service was too long'), ('strange', 'the answer of the service was not understood'), ('forbidden', 'the portal may not call this address'), ('mailbox', 'the mailbox of the recipient was refused'), ('no_address', 'the recipient has no address for this channel'), ('closed', 'the account of the recipient is closed'), ('off', 'this channel is switched off'), ('interrupted', 'sending was interrupted again and again'), ('internal', 'an error inside the portal')], max_length=40, verbose_name='error')),
                    ('code', models.CharField(blank=True, max_length=40, verbose_name='code of the service')),
                    ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='notices.delivery', verbose_name='delivery')),
                ],
                options={
                    'verbose_name': 'attempt',
                    'verbose_name_plural': 'attempts',
                    'ordering': ['pk'],
                },
            ),
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=60, verbose_name='kind')),
                    ('subject', models.CharField(max_length=200, verbose_name='subject')),
                    ('body', models.TextField(blank=True, verbose_name='text')),
                    ('link', models.CharField(blank=True, max_length=200, verbose_name='link')),
                    ('key', models.CharField(max_length=120, verbose_name='key')),
                    ('about', models.CharField(blank=True, editable=False, max_length=80, verbose_name='tells of')),
                    ('is_listed', models.BooleanField(default=True, verbose_name='in the notice centre')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='told at')),
                    ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                    ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ],
                options={
                    'verbose_name': 'notice',
                    'verbose_name_plural': 'notices',
                    'ordering': ['-created_at', '-pk'],
                },
            ),
            migrations.AddField(
                model_name='delivery',
                name='notice',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.notice', verbose_name='notice'),
            ),
            migrations.AddField(
                model_name='delivery',
                name='webhook',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.webhook', verbose_name='group chat'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(fields=['recipient', '-created_at', '-id'], name='notice_newest'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(fields=['about'], name='notice_about'),
            ),
            migrations.AddIndex(
                model_name='notice',
                index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient'], name='notice_unread'),
            ),
            migrations.AddConstraint(
                model_name='notice',
                constraint=models.UniqueConstraint(fields=('recipient', 'key'), name='notice_told_once'),
            ),
            migrations.AddIndex(
                model_name='delivery',
                index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_try_at'], name='delivery_due'),
            ),
            migrations.AddIndex(
                model_name='delivery',
                index=models.Index(condition=models.Q(('carried_by', None), ('state', 'held')), fields=['notice'], name='delivery_held'),
            ),
            migrations.AddConstraint(
                model_name='delivery',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'webhook'), ('webhook__isnull', False)), models.Q(models.Q(('channel', 'webhook'), _negated=True), ('webhook__isnull', True)), _connector='OR'), name='delivery_webhook_has_address'),
            ),
            migrations.AddConstraint(
                model_name='delivery',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('notice__isnull', False), ('text', '')), models.Q(('channel', 'sms'), ('notice__isnull', True), models.Q(('text', ''), _negated=True)), _connector='OR'), name='delivery_of_notice_or_text'),
            ),
        ]),
    ]
