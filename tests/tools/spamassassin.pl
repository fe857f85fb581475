# spamassassin.pl STATE-DIRECTORY MAIL...: prints a line of JSON for each mail: the rules that it hits, with their points. Uses the packaged
# rules and no network tests.
use strict;
use warnings;
use JSON::PP;
use Mail::SpamAssassin;

my ($state, @mails) = @ARGV;
my $assassin = Mail::SpamAssassin->new({
    local_tests_only     => 1,
    dont_copy_prefs      => 1,
    rules_filename       => '/usr/share/spamassassin',
    site_rules_filename  => '/etc/spamassassin',
    userprefs_filename   => '/dev/null',
    userstate_dir        => $state,
    home_dir_for_helpers => $state,
    post_config_text     => "use_bayes 0\nuse_auto_welcomelist 0\n",
});
for my $path (@mails) {
    open(my $file, '<:raw', $path) or die "$path: $!";
    my $mail   = $assassin->parse([<$file>]);
    my $status = $assassin->check($mail);
    my %hits   = map { split /=/ } grep { length } split /,/, $status->get_names_of_tests_hit_with_scores;
    delete $hits{none};
    print encode_json(\%hits), "\n";
    $status->finish;
    $mail->finish;
}
