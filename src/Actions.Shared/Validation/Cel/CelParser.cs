namespace Actions.Shared.Validation.Cel;

/// <summary>Reads an expression by the grammar of the language (cel-spec, "Syntax").</summary>
internal ref struct CelParser
{
    private const int DeepestNesting = 120;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    };

    private CelLexer _lexer;
    private CelToken _token;
    private int _depth;

    private CelParser(string text)
    {
        _lexer = new CelLexer(text);
        _token = _lexer.Next();
    }

    /// <summary>Reads the whole of <paramref name="text"/>.</summary>
    /// <exception cref="CelCompilationException">It is no expression.</exception>
    public static CelSyntax Parse(string text)
    {
        var parser = new CelParser(text);
        var expression = parser.Expression();
        return parser._token.Kind == CelTokenKind.End ? expression : throw parser.Unexpected("an operator");
    }

    /// <summary>Whether a name is kept by the language and is no identifier.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name) || name is "true" or "false" or "null" or "in";

    private CelSyntax Expression()
    {
        if (++_depth > DeepestNesting)
        {
            throw Error($"the expression nests more than {DeepestNesting} levels deep", _token.Position);
        }

        var condition = Logic(isOr: true);
        if (_token.Is("?"))
        {
            var position = Take().Position;
            var then = Logic(isOr: true);
            Expect(":");
            condition = new ConditionalSyntax(position, condition, then, Expression());
        }

        _depth--;
        return condition;
    }

    private CelSyntax Logic(bool isOr)
    {
        var symbol = isOr ? "||" : "&&";
        var first = isOr ? Logic(isOr: false) : Relation();
        if (!_token.Is(symbol))
        {
            return first;
        }

        var position = _token.Position;
        var operands = new List<CelSyntax> { first };
        while (_token.Is(symbol))
        {
            Take();
            operands.Add(isOr ? Logic(isOr: false) : Relation());
        }

        return new LogicSyntax(position, isOr, operands);
    }

    private CelSyntax Relation()
    {
        var left = Sum();
        while (_token.Kind == CelTokenKind.Symbol && _token.Text is "<" or "<=" or ">" or ">=" or "==" or "!=" or "in")
        {
            var token = Take();
            left = new OperatorSyntax(token.Position, $"_{token.Text}_", [left, Sum()]);
        }

        return left;
    }

    private CelSyntax Sum()
    {
        var left = Product();
        while (_token.Is("+") || _token.Is("-"))
        {
            var token = Take();
            left = new OperatorSyntax(token.Position, $"_{token.Text}_", [left, Product()]);
        }

        return left;
    }

    private CelSyntax Product()
    {
        var left = Unary();
        while (_token.Is("*") || _token.Is("/") || _token.Is("%"))
        {
            var token = Take();
            left = new OperatorSyntax(token.Position, $"_{token.Text}_", [left, Unary()]);
        }

        return left;
    }

    private CelSyntax Unary()
    {
        if (!_token.Is("!") && !_token.Is("-"))
        {
            return Member(Primary(isNegated: false));
        }

        var first = _token;
        var count = 0;
        while (_token.Is(first.Text))
        {
            Take();
            count++;
        }

        // A minus before a number belongs to it: -9223372036854775808 is a number, although its positive is not.
        if (first.Text == "-" && _token is { Kind: CelTokenKind.Literal } && (_token.Value is CelInt or CelDouble || (_token.Value is null && _token.Text.Length > 0)))
        {
            var number = Member(Primary(isNegated: true));
            count--;
            return count % 2 == 0 ? number : new OperatorSyntax(first.Position, "-_", [number]);
        }

        var operand = Member(Primary(isNegated: false));
        return count % 2 == 0 ? new OperatorSyntax(first.Position, first.Text + "_", [new OperatorSyntax(first.Position, first.Text + "_", [operand])])
            : new OperatorSyntax(first.Position, first.Text + "_", [operand]);
    }

    private CelSyntax Member(CelSyntax operand)
    {
        while (true)
        {
            if (_token.Is("."))
            {
                Take();
                var isOptional = _token.Is("?");
                if (isOptional)
                {
                    Take();
                }

                if (_token.Kind != CelTokenKind.Identifier)
                {
                    throw Unexpected("a name");
                }

                var name = Take();
                operand = !isOptional && _token.Is("(")
                    ? new CallSyntax(name.Position, operand, name.Text, Arguments())
                    : new SelectSyntax(name.Position, operand, name.Text, isOptional);
            }
            else if (_token.Is("["))
            {
                var position = Take().Position;
                var isOptional = _token.Is("?");
                if (isOptional)
                {
                    Take();
                }

                operand = new IndexSyntax(position, operand, Expression(), isOptional);
                Expect("]");
            }
            else if (_token.Is("{") && operand is IdentifierSyntax or SelectSyntax)
            {
                throw new CelCompilationException(new CelProblem("messages are not known here", _token.Position, IsUnsupported: true));
            }
            else
            {
                return operand;
            }
        }
    }

    private CelSyntax Primary(bool isNegated)
    {
        var token = _token;
        if (token.Kind == CelTokenKind.Literal)
        {
            Take();
            var value = (token.Value, isNegated) switch
            {
                (CelInt number, true) => new CelInt(-number.Value),
                (CelDouble number, true) => new CelDouble(-number.Value),
                (null, true) => new CelInt(long.MinValue),
                (null, false) => throw Error("the number does not fit 64 bits", token.Position),
                var (other, _) => other,
            };
            return new LiteralSyntax(token.Position, value);
        }

        if (token.Is("."))
        {
            // The root of all names: there is only one here.
            Take();
            token = _token;
        }

        if (token.Kind == CelTokenKind.Identifier)
        {
            Take();
            if (IsReserved(token.Text))
            {
                throw Error($"`{token.Text}` is a word that the language keeps for itself", token.Position);
            }

            return _token.Is("(") ? new CallSyntax(token.Position, null, token.Text, Arguments()) : new IdentifierSyntax(token.Position, token.Text);
        }

        if (token.Is("("))
        {
            Take();
            var inner = Expression();
            Expect(")");
            return inner;
        }

        if (token.Is("["))
        {
            Take();
            return new ListSyntax(token.Position, Elements("]", isMap: false));
        }

        if (token.Is("{"))
        {
            Take();
            return new MapSyntax(token.Position, Elements("}", isMap: true));
        }

        throw Unexpected();
    }

    private List<CelSyntax> Arguments()
    {
        Expect("(");
        var arguments = new List<CelSyntax>();
        while (!_token.Is(")"))
        {
            arguments.Add(Expression());
            if (!_token.Is(")"))
            {
                Expect(",");
                if (_token.Is(")"))
                {
                    throw Unexpected("another argument");
                }
            }
        }

        Take();
        return arguments;
    }

    private List<ElementSyntax> Elements(string end, bool isMap)
    {
        var elements = new List<ElementSyntax>();
        while (!_token.Is(end))
        {
            var isOptional = _token.Is("?");
            if (isOptional)
            {
                Take();
            }

            var value = Expression();
            CelSyntax? key = null;
            if (isMap)
            {
                key = value;
                Expect(":");
                value = Expression();
            }

            elements.Add(new ElementSyntax(key, value, isOptional));
            if (!_token.Is(end))
            {
                Expect(",");
            }
        }

        Take();
        return elements;
    }

    private CelToken Take()
    {
        var token = _token;
        _token = _lexer.Next();
        return token;
    }

    private void Expect(string symbol)
    {
        if (!_token.Is(symbol))
        {
            throw Unexpected($"`{symbol}`");
        }

        Take();
    }

    private readonly CelCompilationException Unexpected(string expected = "a value")
    {
        var found = _token.Kind switch
        {
            CelTokenKind.End => "the expression ends",
            CelTokenKind.Literal => "there is a literal",
            _ => $"there is `{_token.Text}`",
        };
        return Error($"{found} where {expected} is expected", _token.Position);
    }

    private static CelCompilationException Error(string message, int position) => new(new CelProblem(message, position));
}
