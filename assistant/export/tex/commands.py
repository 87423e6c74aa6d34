"""Commands that formulas and texts of papers may use, all of them in LaTeX, amsmath and amssymb."""

SYMBOLS = frozenset(
    """Box Bumpeq Cap Cup Delta Downarrow Gamma Im Lambda Leftarrow Leftrightarrow Lleftarrow Longleftarrow
    Longleftrightarrow Longrightarrow Lsh Omega Phi Pi Pr Psi Re Rightarrow Rrightarrow Rsh Sigma Subset Supset
    Theta Uparrow Updownarrow Upsilon Vdash Vert Vvdash Xi aleph alpha angle approx approxeq arccos arcsin arctan
    arg ast asymp backepsilon backprime backsim backsimeq barwedge because beta beth between bigcap bigcirc bigcup
    bigtriangledown bigtriangleup bigvee bigwedge blacklozenge blacksquare blacktriangle blacktriangledown
    blacktriangleleft blacktriangleright bmod bot bowtie boxdot boxminus boxplus boxtimes bullet bumpeq cap cdot
    cdotp cdots checkmark chi circ circeq circlearrowleft circlearrowright circledast circledcirc circleddash colon
    complement cong cos cosh cot csc cup curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft curvearrowright
    dagger daleth dashv ddagger ddots deg delta det diamond dim div divideontimes doteq doteqdot dotplus dots
    downdownarrows downharpoonleft downharpoonright ell emptyset epsilon eqcirc eqslantgtr eqslantless equiv eta
    exists exp fallingdotseq forall frown gamma gcd ge geq geqq geqslant gets gg gimel gnapprox gneq gneqq gnsim
    gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim hom hookleftarrow hookrightarrow iff iiint iint imath
    implies in inf infty int intercal iota jmath kappa ker lVert lambda land langle lbrace lceil ldots le leftarrow
    leftarrowtail leftharpoondown leftharpoonup leftleftarrows leftrightarrow leftrightarrows leftrightharpoons
    leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot lesseqgtr lesseqqgtr lessgtr lesssim
    lfloor lg lim liminf limsup ll llcorner lmoustache ln lnapprox lneq lneqq lnot lnsim log longleftarrow
    longleftrightarrow longmapsto longrightarrow looparrowleft looparrowright lor lozenge lrcorner ltimes lvert
    mapsto max measuredangle mid min models mp mu multimap nLeftarrow nLeftrightarrow nRightarrow nVDash nVdash
    nabla ncong ne nearrow neg neq nexists ngeq ngtr ni nleftarrow nleftrightarrow nleq nless nmid notin nparallel
    nprec nrightarrow nsim nsubseteq nsucc nsupseteq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq
    nu nvDash nvdash nwarrow odot oint omega ominus oplus oslash otimes parallel partial perp phi pi pitchfork pm
    prec precapprox preceq precnapprox precneqq precsim prime prod propto psi qquad quad rVert rangle rbrace rceil
    rfloor rho rightarrow rightarrowtail rightharpoondown rightharpoonup rightleftarrows rightleftharpoons
    rightrightarrows rightsquigarrow rightthreetimes risingdotseq rmoustache rtimes rvert searrow sec setminus
    sigma sim simeq sin sinh smallsetminus smile sphericalangle sqcap sqcup sqsubset sqsubseteq sqsupset sqsupseteq
    square star surd subset subseteq subseteqq subsetneq subsetneqq succ succapprox succeq succnapprox succneqq succnsim
    succsim sum sup supset supseteq supseteqq supsetneq supsetneqq swarrow tan tanh tau therefore theta thinspace
    times to top triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq twoheadleftarrow
    twoheadrightarrow ulcorner uparrow updownarrow upharpoonleft upharpoonright uplus upsilon upuparrows urcorner
    varepsilon varkappa varnothing varphi varpi varrho varsigma vartheta vartriangle vartriangleleft
    vartriangleright vdash vdots vee veebar vert wedge wp wr xi zeta""".split()
)
"""In formulas, without arguments."""
MATH_FONTS = frozenset("mathbb mathbf mathcal mathfrak mathit mathrm mathsf mathtt".split())
"""In formulas, of one argument, also as an exponent."""
MATH_TAKING_ONE = MATH_FONTS | frozenset(
    "bar boldsymbol breve check ddot dot hat operatorname overline pmod sqrt tilde underline vec widehat widetilde"
    " acute grave".split()
)
MATH_TAKING_TWO = frozenset("frac tfrac dfrac binom".split())
MATH_TEXT = frozenset({"text", "textrm", "textit", "textbf", "mbox"})
"""In formulas, around a few words."""

TEXT_SYMBOLS = frozenset(
    """AA AE L O OE DH DJ NG TH SS aa ae l o oe dh dj ng th ss i j S P copyright dag ddag dots ldots pounds
    textasciicircum textasciitilde textbackslash textbar textbullet textcopyright textdegree textellipsis textemdash
    textendash textexclamdown textgreater textless textquestiondown textquotedblleft textquotedblright textquoteleft
    textquoteright textregistered texttrademark textunderscore textbraceleft textbraceright guillemotleft guillemotright
    textasciigrave textquotedbl textquotesingle texteuro quotesinglbase quotedblbase""".split()
)
"""In text, without arguments."""
LETTER_ACCENTS = frozenset("H b c d k r t u v".split())
SIGN_ACCENTS = frozenset("`'^\"~=.")
"""Accents take a letter, or a few in braces."""
TEXT_TAKING_ONE = frozenset(
    "emph textbf textit textrm textsc textsf textsl textsubscript textsuperscript texttt".split()
)
