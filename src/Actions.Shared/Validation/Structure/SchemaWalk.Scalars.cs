using System.Globalization;
using Actions.Shared.Manifests;
using Actions.Shared.Text;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

internal sealed partial class SchemaWalk
{
    private bool VisitScalar(YamlScalar scalar, Schema schema)
    {
        if (scalar.Type == YamlScalarType.Null)
        {
            if (schema.Nullable || schema.Type == SchemaType.Any)
            {
                return true;
            }

            WrongType(scalar, schema);
            return false;
        }

        switch (schema.Type)
        {
            case SchemaType.Any:
                if (scalar.Type == YamlScalarType.String)
                {
                    CheckText(scalar, schema);
                }
                else if (scalar.Type is YamlScalarType.Integer or YamlScalarType.Float && YamlNumbers.TryReadNumber(scalar, out var any))
                {
                    CheckBounds(scalar, schema, any);
                }

                break;
            case SchemaType.String:
                if (scalar.Type != YamlScalarType.String)
                {
                    WrongType(scalar, schema);
                    return false;
                }

                CheckAmbiguity(scalar, schema);
                CheckText(scalar, schema);
                break;
            case SchemaType.Integer:
                if (!YamlNumbers.TryReadInteger(scalar, out var integer))
                {
                    WrongType(scalar, schema);
                    return false;
                }

                CheckInteger(scalar, schema, integer, schema.Format == "int32");
                break;
            case SchemaType.Number:
                if (!YamlNumbers.TryReadNumber(scalar, out var number))
                {
                    WrongType(scalar, schema);
                    return false;
                }

                CheckBounds(scalar, schema, number);
                break;
            case SchemaType.Boolean:
                if (scalar.Type != YamlScalarType.Boolean)
                {
                    WrongType(scalar, schema);
                    return false;
                }

                break;
            case SchemaType.IntOrString:
                if (scalar.Type == YamlScalarType.String)
                {
                    CheckText(scalar, schema);
                }
                else if (YamlNumbers.TryReadInteger(scalar, out var whole))
                {
                    // Only custom resources have patterns here, and their numbers are not confined to 32 bits.
                    CheckInteger(scalar, schema, whole, schema.Pattern is null && schema.Format != "int64");
                }
                else
                {
                    WrongType(scalar, schema);
                    return false;
                }

                break;
            case SchemaType.Quantity:
                if (scalar.Type == YamlScalarType.String)
                {
                    if (!Quantities.IsValid(scalar.Value.AsSpan().Trim()))
                    {
                        if (!Fail())
                        {
                            Add(StructureRules.Format, scalar.Region, $"{_path.Name()} must be a quantity such as 500m or 1Gi, but {Words.Reading(scalar)}", Quantities.Hint(scalar.Value));
                        }

                        return true;
                    }
                }
                else if (!YamlNumbers.TryReadNumber(scalar, out _))
                {
                    WrongType(scalar, schema);
                    return false;
                }

                break;
            default:
                WrongType(scalar, schema);
                return false;
        }

        if (schema.Enum is { Count: > 0 } accepted)
        {
            CheckEnum(scalar, accepted);
        }

        return true;
    }

    private void CheckText(YamlScalar scalar, Schema schema)
    {
        var text = scalar.Value;
        if (schema.Format is { } format && !Formats.IsValid(format, text) && !Fail())
        {
            Add(StructureRules.Format, scalar.Region, $"{_path.Name()} must be {Formats.Describe(format)}, but {Words.Reading(scalar)}", Formats.Hint(format, text));
        }

        if (schema.MinLength is { } least && text.Length < least * 2 && CodePoints(text) < least && !Fail())
        {
            Add(StructureRules.Range, scalar.Region, text.Length == 0 ? $"{_path.Name()} must not be empty" : $"{_path.Name()} must have at least {Count(least, "character")}, but has {CodePoints(text)}");
        }

        if (schema.MaxLength is { } most && text.Length > most && CodePoints(text) > most && !Fail())
        {
            Add(StructureRules.Range, scalar.Region, $"{_path.Name()} must have at most {Count(most, "character")}, but has {CodePoints(text)}");
        }

        if (schema.Pattern is { } pattern && !Patterns.Matches(schema, text) && !Fail())
        {
            if (pattern.Contains("[KMGTPE]i", StringComparison.Ordinal))
            {
                Add(StructureRules.Format, scalar.Region, $"{_path.Name()} must be a quantity such as 500m or 1Gi, but {Words.Reading(scalar)}", Quantities.Hint(text));
            }
            else
            {
                Add(StructureRules.Range, scalar.Region, $"{_path.Name()} must match the pattern `{pattern}`, but {Words.Reading(scalar)}");
            }
        }
    }

    private void CheckInteger(YamlScalar scalar, Schema schema, decimal value, bool narrow)
    {
        var (least, most) = narrow ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        if (value < least || value > most)
        {
            if (!Fail())
            {
                var bits = narrow ? 32 : 64;
                Add(StructureRules.Range, scalar.Region, $"{_path.Name()} must fit a {bits}-bit integer ({least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}), but is {value.ToString(CultureInfo.InvariantCulture)}");
            }

            return;
        }

        CheckBounds(scalar, schema, (double)value);
        if (scalar.Style == YamlScalarStyle.Plain && !_probing)
        {
            CheckRadix(scalar, value);
        }
    }

    private void CheckBounds(YamlScalar scalar, Schema schema, double value)
    {
        if (schema.Minimum is { } least && (value < least || (schema.ExclusiveMinimum && value == least)) && !Fail())
        {
            Add(StructureRules.Range, scalar.Region, $"{_path.Name()} must be {(schema.ExclusiveMinimum ? "greater than" : "at least")} {Text(least)}, but is {Text(value)}");
        }

        if (schema.Maximum is { } most && (value > most || (schema.ExclusiveMaximum && value == most)) && !Fail())
        {
            Add(StructureRules.Range, scalar.Region, $"{_path.Name()} must be {(schema.ExclusiveMaximum ? "less than" : "at most")} {Text(most)}, but is {Text(value)}");
        }

        if (schema.MultipleOf is { } unit and > 0 && Math.Abs((value / unit) - Math.Round(value / unit)) > 1e-9 && !Fail())
        {
            Add(StructureRules.Range, scalar.Region, $"{_path.Name()} must be a multiple of {Text(unit)}, but is {Text(value)}");
        }
    }

    private void CheckEnum(YamlScalar scalar, IReadOnlyList<string> accepted)
    {
        var value = scalar.Type switch
        {
            YamlScalarType.Boolean => Words.ReadBoolean(scalar.Value),
            YamlScalarType.Integer or YamlScalarType.Float => YamlNumbers.Canonical(scalar),
            _ => scalar.Value,
        };
        for (var i = 0; i < accepted.Count; i++)
        {
            if (string.Equals(accepted[i], value, StringComparison.Ordinal))
            {
                return;
            }
        }

        // Built-in types default an empty string as they default a missing field.
        if (value.Length == 0 || Fail())
        {
            return;
        }

        var meant = Suggestions.Closest(value, accepted);
        var advice = meant is null ? null
            : string.Equals(meant, value, StringComparison.OrdinalIgnoreCase) ? $"Write it as `{meant}`: case matters."
            : $"Did you mean `{meant}`?";
        Add(StructureRules.Enum, scalar.Region, $"{_path.Name()} must be {Words.Join(accepted, "or")}, but is {Words.Quote(scalar.Value)}", advice);
    }

    // Text to Kubernetes, but a number or a date to readers that follow the whole of YAML 1.1.
    private void CheckAmbiguity(YamlScalar scalar, Schema schema)
    {
        var text = scalar.Value;
        if (scalar.Style != YamlScalarStyle.Plain || scalar.Tag is not null || text.Length == 0 || _probing || text[0] > '=')
        {
            return;
        }

        var reading = text == "=" ? "the special `=` key of YAML 1.1"
            : AmbiguousText.IsSexagesimal(text) ? "a base-60 number"
            : AmbiguousText.IsTimestamp(text) && schema.Format is not ("date" or "date-time" or "datetime") ? "a date"
            : null;
        if (reading is not null)
        {
            Add(StructureRules.AmbiguousScalar, scalar.Region, $"{Words.Quote(text)} is a string to Kubernetes, but {reading} to other readers of YAML 1.1", $"Quote it: \"{text}\".");
        }
    }

    private void CheckRadix(YamlScalar scalar, decimal value)
    {
        var text = scalar.Value;
        var isMode = _path.Last.Key?.Value is { } key && (key == "mode" || key.EndsWith("Mode", StringComparison.Ordinal));
        if (isMode && AmbiguousText.LooksLikeOctalMode(text))
        {
            Add(StructureRules.AmbiguousScalar, scalar.Region, $"{_path.Name()} is the decimal number {text}, which is not the file mode 0{text}", $"Write 0{text}, in JSON {Convert.ToInt32(text, 8)}.");
        }
        else if (!isMode && value > 7 && text[0] == '0' && text.Length > 1 && text[1] is >= '0' and <= '7' && scalar.Type == YamlScalarType.Integer)
        {
            Add(StructureRules.AmbiguousScalar, scalar.Region, $"{_path.Name()} is octal: Kubernetes reads {Words.Quote(text)} as {value}", $"Write {text.TrimStart('0')}, or {value} if that is meant.");
        }
    }

    private void WrongType(YamlNode node, Schema schema)
    {
        if (Fail())
        {
            return;
        }

        Add(StructureRules.Type, _path.Region(), $"{_path.Name()} must be {Words.Type(schema)}, but {Words.Reading(node)}", TypeHint(node, schema.Type));
    }

    private static string? TypeHint(YamlNode node, SchemaType wanted) => (node, wanted) switch
    {
        (YamlScalar { Type: YamlScalarType.Null }, SchemaType.Object) => "Give it a value, write {} or remove it.",
        (YamlScalar { Type: YamlScalarType.Null }, SchemaType.Array) => "Give it a value, write [] or remove it.",
        (YamlScalar { Type: YamlScalarType.Null }, _) => "Give it a value or remove it.",
        (YamlScalar { Type: not YamlScalarType.String } scalar, SchemaType.String) => $"Quote it: \"{scalar.Value}\".",
        (YamlScalar { Type: YamlScalarType.Boolean } scalar, SchemaType.IntOrString or SchemaType.Quantity) => $"Write a number, or quote it: \"{scalar.Value}\".",
        (YamlScalar { Type: YamlScalarType.String, Style: not YamlScalarStyle.Plain } scalar, SchemaType.Integer or SchemaType.Number) when IsNumber(scalar.Value) =>
            $"Remove the quotes: {scalar.Value.Trim()}.",
        (YamlScalar { Type: YamlScalarType.String } scalar, SchemaType.Boolean) => BooleanHint(scalar),
        (YamlScalar { Type: YamlScalarType.String } scalar, SchemaType.Object) when SplitAtColon(scalar.Value) is var (key, value) =>
            $"A space is missing after the colon: {key}: {value}.",
        (YamlScalar { Type: YamlScalarType.String } scalar, SchemaType.Array) when scalar.Value.Length > 1 && scalar.Value[0] == '-' =>
            $"A space is missing after the dash: - {scalar.Value[1..]}.",
        (YamlScalar scalar, SchemaType.Array) => $"Write it as a list: [{(scalar.Style == YamlScalarStyle.Plain ? scalar.Value : $"\"{scalar.Value}\"")}].",
        (YamlSequence, SchemaType.Object) => "Remove the dashes in front of its fields.",
        (YamlSequence { Count: 1 }, SchemaType.String or SchemaType.Integer or SchemaType.Boolean or SchemaType.Number or SchemaType.Quantity) => "It takes a single value: remove the dash or the brackets.",
        (YamlMapping, SchemaType.Array) => "Start each item with a dash: - name: ….",
        _ => null,
    };

    private static string? BooleanHint(YamlScalar scalar)
    {
        var text = scalar.Value.Trim().ToLowerInvariant();
        return text switch
        {
            "true" or "yes" or "on" or "y" or "1" => scalar.Style == YamlScalarStyle.Plain ? "Write true." : "Write true, without quotes.",
            "false" or "no" or "off" or "n" or "0" => scalar.Style == YamlScalarStyle.Plain ? "Write false." : "Write false, without quotes.",
            _ => Suggestions.Closest(text, ["true", "false"]) is { } meant ? $"Did you mean {meant}?" : null,
        };
    }

    private static (string Key, string Value)? SplitAtColon(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1 && text.AsSpan(0, colon).IndexOfAny(" /\n") < 0 && text[colon + 1] != '/'
            ? (text[..colon], text[(colon + 1)..])
            : null;
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Text(double number) =>
        Math.Abs(number) < 1e15 && Math.Truncate(number) == number ? ((long)number).ToString(CultureInfo.InvariantCulture) : number.ToString("R", CultureInfo.InvariantCulture);

    private static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var c in text)
        {
            count -= char.IsLowSurrogate(c) ? 1 : 0;
        }

        return count;
    }
}
