#include "service/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

static const char help[] =
                "Usage: convened [--config FILE] [--check] [--rehearse=TIME]\n"
                "Keeps a calendar, serves it as ICS feeds, and mails reminders to listed contacts.\n\n"
                "  -c, --config=FILE    the configuration (default " SYSCONFDIR "/convened/convened.conf)\n"
                "      --check          check the configuration and end: 0 when it is valid, 2 when not\n"
                "      --rehearse=TIME  start the clock at TIME (2021-06-23T08:59:30+03:00); only with a mail\n"
                "                       server on this machine\n"
                "      --version        show the version\n"
                "  -h, --help           show this help\n\n"
                "Manual: convened(8), convened.conf(5)\n";

enum { OPTION_CHECK = 256, OPTION_REHEARSE, OPTION_VERSION };

static const struct option long_options[] = {
        { "config", required_argument, NULL, 'c' },
        { "check", no_argument, NULL, OPTION_CHECK },
        { "rehearse", required_argument, NULL, OPTION_REHEARSE },
        { "version", no_argument, NULL, OPTION_VERSION },
        { "help", no_argument, NULL, 'h' },
        { 0 },
};

static int set_rehearsal(Options *options, const char *time)
{
        options->rehearse = true;
        if (time_parse_rfc3339(time, &options->rehearse_from) == 0)
                return 0;
        fprintf(stderr, "convened: --rehearse: '%s' is no time with a zone like 2021-06-23T08:59:30+03:00\n",
                        time);
        return -EINVAL;
}

static int apply(Options *options, int option)
{
        switch (option) {
        case 'c':
                options->config = optarg;
                return 0;
        case OPTION_CHECK:
                options->check = true;
                return 0;
        case OPTION_REHEARSE:
                return set_rehearsal(options, optarg);
        case OPTION_VERSION:
                puts("convened " VERSION);
                return OPTIONS_DONE;
        case 'h':
                fputs(help, stdout);
                return OPTIONS_DONE;
        default:
                return -EINVAL;
        }
}

int options_parse(int argc, char **argv, Options *ret)
{
        Options options = { .config = SYSCONFDIR "/convened/convened.conf" };
        int option;
        while ((option = getopt_long(argc, argv, "c:h", long_options, NULL)) != -1) {
                int r = apply(&options, option);
                if (r != 0)
                        return r;
        }
        if (optind < argc) {
                fprintf(stderr, "convened: '%s' is not understood; see convened --help\n", argv[optind]);
                return -EINVAL;
        }
        *ret = options;
        return 0;
}
