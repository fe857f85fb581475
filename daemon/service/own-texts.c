#include "service/own-texts.h"

#include "base/log.h"
#include "edit/office-texts.h"
#include "store/office-text.h"

static void log_fault(const char *name, const InputError *fault, void *userdata)
{
        (void)userdata;
        log_warning("the office's text %s is not used: %s", name, fault->message);
}

void own_texts_done(OwnTexts *texts)
{
        config_unref(texts->config);
        config_unref(texts->file);
}

int own_texts_start(OwnTexts *texts, Store *store)
{
        return office_texts_apply(store, texts->file, log_fault, NULL, &texts->config, &texts->tried);
}

int own_texts_use(OwnTexts *texts, Store *store, Config *file, const ReloadPart *parts, const char *path)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        int64_t last;
        int r = office_texts_apply(store, file, log_fault, NULL, &config, &last);
        if (r != 0)
                return r;
        r = reload_parts(parts, config, path);
        /*
         * Texts that the parts refuse are not tried again, unless the store was locked. Another file may be
         * the reason itself.
         */
        if (r != DB_E_BUSY && file == texts->file)
                texts->tried = last;
        if (r != 0)
                return r;
        config_ref(file);
        config_unref(texts->file);
        texts->file = file;
        config_unref(texts->config);
        texts->config = TAKE_PTR(config);
        texts->tried = last;
        return 0;
}

bool own_texts_have_changed(const OwnTexts *texts, Store *store)
{
        int64_t now = 0;
        return office_text_last(store, &now) == 0 && now != texts->tried;
}
