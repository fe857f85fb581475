#pragma once

/*
 * Checks of a configuration that the table of keys cannot make: rules that concern several modules, and
 * the files that the configuration names.
 */

#include "base/time.h"
#include "config/config.h"
#include "http/tls.h"
#include "service/options.h"

/**
 * config_check() - check a configuration; errors and warnings are logged with file and line
 * @ret_pair: the certificate and key for TLS on TCP, owned by the caller; unchanged on failure, if plain
 *            HTTP is used, or if they are credentials that `--check` cannot see
 *
 * Return: 0, CONFIG_E_INVALID or -ENOMEM.
 */
int config_check(const Config *config, const Options *options, usec_t now, TlsPair **ret_pair);

/**
 * config_check_read() - read the file that the options name, and check it with config_check(). A failure
 * is logged.
 * @ret:      the caller owns the reference; NULL on failure
 * @ret_pair: as for config_check()
 *
 * Return: 0, CONFIG_E_INVALID, or negative errno.
 */
int config_check_read(
                const Options *options, ZoneTable *zones, usec_t now, Config **ret, TlsPair **ret_pair);

/** config_check_warn_of_pair() - log only the warnings about @pair, which is in use */
void config_check_warn_of_pair(
                const Config *config, const Options *options, usec_t now, const TlsPair *pair);
