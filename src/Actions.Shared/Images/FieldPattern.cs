namespace Actions.Shared.Images;

/// <summary>
/// A path to fields by their keys: <c>spec/template/spec/image</c>. <c>*</c> is any one key or item, <c>**</c> any number of them; a step
/// that is a number is an item of a sequence, from 0. It names a scalar with a whole reference, or a mapping like that of Helm values.
/// </summary>
public sealed record FieldPattern
{
    private readonly string[] _steps;

    private FieldPattern(string text, string[] steps)
    {
        Text = text;
        _steps = steps;
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is none; the message says what to write.</exception>
    public static FieldPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var steps = text.Trim().TrimStart('/').Split('/');
        return steps.Any(s => s.Length == 0) || steps[^1] == "**"
            ? throw new FormatException("Write keys with slashes between them, for example spec/template/spec/image; the last step must be a key, a number or *.")
            : new FieldPattern(text, steps);
    }

    /// <summary>Whether the pattern means the field that these keys and numbers lead to.</summary>
    internal bool Matches(IReadOnlyList<string> path)
    {
        var (step, at) = (0, 0);
        // The last ** that was met may take one more; earlier ones never need to.
        var retryStep = -1;
        var retryAt = 0;
        while (at < path.Count)
        {
            if (step < _steps.Length && _steps[step] == "**")
            {
                retryStep = ++step;
                retryAt = at;
            }
            else if (step < _steps.Length && (_steps[step] == "*" || _steps[step] == path[at]))
            {
                step++;
                at++;
            }
            else if (retryStep >= 0)
            {
                step = retryStep;
                at = ++retryAt;
            }
            else
            {
                return false;
            }
        }

        return step == _steps.Length;
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}
