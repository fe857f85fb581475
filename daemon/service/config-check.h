#pragma once

/*
 * Checks a configuration beyond its table of keys: rules that concern several modules, and the files that it
 * names.
 */

#include "base/time.h"
#include "config/config.h"
#include "http/tls.h"
#include "service/options.h"

/**
 * config_check() - check a configuration; errors and warnings are logged with file and line
 * @ret_pair: certificate and key for TLS on TCP; unchanged for plain HTTP, and for credentials that
 *            `--check` cannot see
 *
 * Return: 0, CONFIG_E_INVALID, -ENOMEM.
 */
int config_check(const Config *config, const Options *options, usec_t now, TlsPair **ret_pair);

/**
 * config_check_read() - read the file that the options name, and check it with config_check(); every failure
 * is logged
 * @ret:      config_unref() it; NULL on failure
 * @ret_pair: as for config_check()
 *
 * Return: 0, CONFIG_E_INVALID, negative errno.
 */
int config_check_read(
                const Options *options, ZoneTable *zones, usec_t now, Config **ret, TlsPair **ret_pair);

/** config_check_warn_of_pair() - log only the warnings, for a certificate in use. */
void config_check_warn_of_pair(
                const Config *config, const Options *options, usec_t now, const TlsPair *pair);
