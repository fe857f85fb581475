#pragma once

/*
 * The configuration in force: that of the file, with the office's own texts in the store over it. Any
 * daemon with the same store, and the office's pages, write these texts.
 */

#include "config/config.h"
#include "service/reload.h"
#include "store/store.h"

typedef struct OwnTexts {
        Config *config; /* in force */
        Config *file;   /* as it was read last */
        int64_t tried;  /* the newest text that was tried with `file`; in `config`, unless it was refused */
} OwnTexts;

void own_texts_done(OwnTexts *texts);

/**
 * own_texts_start() - make the configuration in force, of texts->file. Texts that cannot be used are logged,
 * and left out.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int own_texts_start(OwnTexts *texts, Store *store);

/**
 * own_texts_use() - apply the configuration of a file, with the texts, to all parts or to none
 * @file: a reference is taken on success
 * @parts, @path: as for reload_parts()
 *
 * Return: 0, the result of the failed part, a condition of the store, negative errno. After a failure the
 * former configuration stays in force.
 */
int own_texts_use(OwnTexts *texts, Store *store, Config *file, const ReloadPart *parts, const char *path);

/** own_texts_have_changed() - whether there are texts that were not tried; false if the store fails */
bool own_texts_have_changed(const OwnTexts *texts, Store *store);
