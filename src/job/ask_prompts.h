/* ask_prompts.h: the prompt that a name means. */
#ifndef CLOSEBELL_JOB_ASK_PROMPTS_H
#define CLOSEBELL_JOB_ASK_PROMPTS_H

#include <closebell/base/log.h>
#include <closebell/strategy/prompts.h>

/* STATUS_USAGE: there is none of that name; the error says which one is near. */
Status ask_prompt_find(const Config *config, const char *name, NamedPrompt *ret_prompt, Error *err);

#endif
