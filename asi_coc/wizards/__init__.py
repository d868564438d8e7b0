from . import asi_coc_period_reopen, asi_coc_short_term_negative
