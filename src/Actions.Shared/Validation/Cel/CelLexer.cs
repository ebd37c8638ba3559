using System.Globalization;
using System.Text;

namespace Actions.Shared.Validation.Cel;

internal enum CelTokenKind
{
    End,
    Identifier,
    Literal,
    Symbol,
}

/// <summary>A word of an expression: an identifier or symbol with its text, or a literal with its value.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, int Position, string Text, CelValue? Value = null)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;
}

/// <summary>Splits an expression into words.</summary>
internal ref struct CelLexer(string text)
{
    private static readonly string[] Symbols =
        ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    private readonly string _text = text;
    private int _at;

    public CelToken Next()
    {
        SkipBlanks();
        if (_at >= _text.Length)
        {
            return new CelToken(CelTokenKind.End, _text.Length, "");
        }

        var c = _text[_at];
        if (IsString(out var prefix))
        {
            return ReadString(prefix);
        }

        if (c == '_' || char.IsAsciiLetter(c))
        {
            return ReadIdentifier();
        }

        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1])))
        {
            return ReadNumber();
        }

        if (c == '`')
        {
            return ReadQuotedIdentifier();
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) == 0)
            {
                var token = new CelToken(CelTokenKind.Symbol, _at, symbol);
                _at += symbol.Length;
                return token;
            }
        }

        throw Error(c == '=' ? "`=` is no operator: write `==` to compare" : c == '&' || c == '|' ? $"`{c}` is no operator: write `{c}{c}`" : "there is a character that has no meaning here", _at);
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            if (_text[_at] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                _at++;
            }
            else if (_text[_at] == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/')
            {
                var end = _text.IndexOf('\n', _at);
                _at = end < 0 ? _text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private CelToken ReadIdentifier()
    {
        var start = _at;
        while (_at < _text.Length && (_text[_at] == '_' || char.IsAsciiLetterOrDigit(_text[_at])))
        {
            _at++;
        }

        var name = _text[start.._at];
        return name switch
        {
            "true" => new CelToken(CelTokenKind.Literal, start, name, CelValue.True),
            "false" => new CelToken(CelTokenKind.Literal, start, name, CelValue.False),
            "null" => new CelToken(CelTokenKind.Literal, start, name, CelValue.Null),
            "in" => new CelToken(CelTokenKind.Symbol, start, name),
            _ => new CelToken(CelTokenKind.Identifier, start, name),
        };
    }

    private CelToken ReadQuotedIdentifier()
    {
        var start = _at;
        var end = _text.IndexOf('`', _at + 1);
        if (end < 0)
        {
            throw Error("the backtick is never closed", start);
        }

        _at = end + 1;
        return new CelToken(CelTokenKind.Identifier, start, _text[(start + 1)..end]);
    }

    private CelToken ReadNumber()
    {
        var start = _at;
        if (_text[_at] == '0' && _at + 1 < _text.Length && _text[_at + 1] is 'x' or 'X')
        {
            _at += 2;
            var digits = _at;
            while (_at < _text.Length && char.IsAsciiHexDigit(_text[_at]))
            {
                _at++;
            }

            return Whole(start, _text[digits.._at], NumberStyles.AllowHexSpecifier);
        }

        SkipDigits();
        var isDouble = false;
        if (_at + 1 < _text.Length && _text[_at] == '.' && char.IsAsciiDigit(_text[_at + 1]))
        {
            isDouble = true;
            _at++;
            SkipDigits();
        }

        if (_at < _text.Length && _text[_at] is 'e' or 'E')
        {
            var sign = _at + 1 < _text.Length && _text[_at + 1] is '+' or '-' ? 1 : 0;
            if (_at + 1 + sign < _text.Length && char.IsAsciiDigit(_text[_at + 1 + sign]))
            {
                isDouble = true;
                _at += 1 + sign;
                SkipDigits();
            }
        }

        if (!isDouble)
        {
            return Whole(start, _text[start.._at], NumberStyles.None);
        }

        var number = double.Parse(_text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture);
        CheckEnd(start);
        return double.IsFinite(number)
            ? new CelToken(CelTokenKind.Literal, start, _text[start.._at], new CelDouble(number))
            : throw Error("the number is too large", start);
    }

    private void SkipDigits()
    {
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }
    }

    // A whole number that only fits with a minus before it stays text: the parser knows whether there is one.
    private CelToken Whole(int start, string digits, NumberStyles style)
    {
        var isUnsigned = _at < _text.Length && _text[_at] is 'u' or 'U';
        if (isUnsigned)
        {
            _at++;
        }

        CheckEnd(start);
        if (digits.Length == 0 || !ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var number) || (!isUnsigned && number > (ulong)long.MaxValue + 1))
        {
            throw Error(digits.Length == 0 ? "the number has no digits" : "the number does not fit 64 bits", start);
        }

        return new CelToken(
            CelTokenKind.Literal, start, _text[start.._at], isUnsigned ? new CelUint(number) : number <= long.MaxValue ? new CelInt((long)number) : null);
    }

    private readonly void CheckEnd(int start)
    {
        if (_at < _text.Length && (_text[_at] == '_' || char.IsAsciiLetterOrDigit(_text[_at])))
        {
            throw Error("the number runs into a name", start);
        }
    }

    private readonly bool IsString(out int prefix)
    {
        prefix = 0;
        while (prefix < 2 && _at + prefix < _text.Length && _text[_at + prefix] is 'r' or 'R' or 'b' or 'B')
        {
            prefix++;
        }

        return _at + prefix < _text.Length && _text[_at + prefix] is '"' or '\'';
    }

    private CelToken ReadString(int prefix)
    {
        var start = _at;
        var marks = _text.AsSpan(_at, prefix);
        var isRaw = marks.ContainsAny('r', 'R');
        var isBytes = marks.ContainsAny('b', 'B');
        if (prefix == 2 && !(isRaw && isBytes))
        {
            throw Error("the letters before the text contradict each other", start);
        }

        _at += prefix;
        var quote = _text[_at];
        var isTriple = _at + 2 < _text.Length && _text[_at + 1] == quote && _text[_at + 2] == quote;
        _at += isTriple ? 3 : 1;
        var result = new StringBuilder();
        var bytes = new List<byte>();
        Span<byte> encoded = stackalloc byte[4];
        while (true)
        {
            if (_at >= _text.Length || (!isTriple && _text[_at] is '\n' or '\r'))
            {
                throw Error("the text is never closed", start);
            }

            var c = _text[_at];
            if (c == quote && (!isTriple || (_at + 2 < _text.Length && _text[_at + 1] == quote && _text[_at + 2] == quote)))
            {
                _at += isTriple ? 3 : 1;
                break;
            }

            if (c == '\\' && !isRaw)
            {
                ReadEscape(result, isBytes ? bytes : null);
            }
            else if (isBytes)
            {
                var rune = Rune.TryGetRuneAt(_text, _at, out var read) ? read : Rune.ReplacementChar;
                bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
                _at += rune.Utf16SequenceLength;
            }
            else
            {
                result.Append(c);
                _at++;
            }
        }

        return new CelToken(CelTokenKind.Literal, start, "", isBytes ? new CelBytes([.. bytes]) : new CelString(result.ToString()));
    }

    private void ReadEscape(StringBuilder text, List<byte>? bytes)
    {
        var start = _at;
        _at++;
        var c = _at < _text.Length ? _text[_at++] : '\0';
        var code = c switch
        {
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' or '?' or '"' or '\'' or '`' => c,
            'x' or 'X' => ReadCode(start, 2, 16),
            'u' when bytes is null => ReadCode(start, 4, 16),
            'U' when bytes is null => ReadCode(start, 8, 16),
            >= '0' and <= '3' => ReadOctal(start),
            _ => throw Error("there is no such escape sequence", start),
        };
        if (bytes is not null)
        {
            bytes.Add((byte)code);
        }
        else if (Rune.TryCreate(code, out var rune))
        {
            text.Append(rune.ToString());
        }
        else
        {
            throw Error("the escape sequence stands for no character", start);
        }
    }

    private int ReadOctal(int start)
    {
        _at--;
        return ReadCode(start, 3, 8);
    }

    private int ReadCode(int start, int digits, int radix)
    {
        var code = 0L;
        for (var i = 0; i < digits; i++)
        {
            var c = _at < _text.Length ? _text[_at] : '\0';
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
            {
                throw Error($"the escape sequence needs {digits} digits", start);
            }

            code = (code * radix) + digit;
            _at++;
        }

        return (int)Math.Min(code, int.MaxValue);
    }

    private static CelCompilationException Error(string message, int position) => new(new CelProblem(message, position));
}
