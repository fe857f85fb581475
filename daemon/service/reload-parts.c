#include "service/reload-parts.h"

static int prepare_site(void *part, Config *config, void **ret_plan, InputError *ret_error)
{
        (void)part, (void)ret_error;
        return site_prepare(config, (SitePlan **)ret_plan);
}

static void commit_site(void *part, void *plan)
{
        site_commit(part, plan);
}

static void discard_site(void *plan)
{
        site_plan_free(plan);
}

ReloadPart reload_part_of_pages(Site *site)
{
        return (ReloadPart){ "the web server", prepare_site, commit_site, discard_site, site };
}

static int prepare_engine(void *part, Config *config, void **ret_plan, InputError *ret_error)
{
        (void)ret_error;
        return engine_prepare(part, config, (EnginePlan **)ret_plan);
}

static void commit_engine(void *part, void *plan)
{
        engine_commit(part, plan);
}

static void discard_engine(void *plan)
{
        engine_plan_free(plan);
}

ReloadPart reload_part_of_mail(Engine *engine)
{
        return (ReloadPart){ "the reminders", prepare_engine, commit_engine, discard_engine, engine };
}
