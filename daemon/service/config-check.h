#pragma once

/*
 * Checks a configuration beyond its table of keys: rules that several modules share, and the files that it
 * names.
 */

#include "base/time.h"
#include "config/config.h"
#include "http/tls.h"
#include "service/options.h"

/**
 * config_check() - refuse what is wrong, and warn of what is only unwise; both in the log, with file and
 * line
 * @ret_pair: what TCP is to speak TLS with; stays as it is for plain HTTP, and for credentials
 *            that `--check` by hand cannot see
 *
 * Return: 0, CONFIG_E_INVALID, -ENOMEM.
 */
int config_check(const Config *config, const Options *options, usec_t now, TlsPair **ret_pair);

/**
 * config_check_read() - read the file that the options name, and config_check() it; every failure is logged
 * @ret:      config_unref() it; NULL on failure
 * @ret_pair: as for config_check()
 *
 * Return: 0, CONFIG_E_INVALID, negative errno.
 */
int config_check_read(
                const Options *options, ZoneTable *zones, usec_t now, Config **ret, TlsPair **ret_pair);

/** config_check_warn_of_pair() - only the warnings, for a certificate that has been in use for a while. */
void config_check_warn_of_pair(
                const Config *config, const Options *options, usec_t now, const TlsPair *pair);
