/* option: a parameter of an endpoint's URL, for the parser, `kinds` and help. */
#ifndef WH_MODEL_OPTION_H
#define WH_MODEL_OPTION_H

struct wh_option {
	/* type: "text", "int", "bool", "file"; initial: "" or NULL where there is none */
	const char *name, *type, *initial, *help;
};

#endif
