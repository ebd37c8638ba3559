using System.Text;

namespace Actions.Shared.Validation.Cel;

/// <summary>Names of fields and types in expressions.</summary>
internal static class CelNames
{
    private static readonly (string Escaped, string Plain)[] Parts = [("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/")];

    /// <summary>The name by which an expression reaches the property <paramref name="name"/>; null when it cannot.</summary>
    public static string? Escape(string name)
    {
        if (CelParser.IsReserved(name))
        {
            return $"__{name}__";
        }

        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_'))
        {
            return null;
        }

        var result = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i + 1 < name.Length && name[i + 1] == '_')
            {
                result.Append("__underscores__");
                i++;
            }
            else if (char.IsAsciiLetterOrDigit(name[i]) || name[i] == '_')
            {
                result.Append(name[i]);
            }
            else if (name[i] is '.' or '-' or '/')
            {
                result.Append(name[i] switch { '.' => "__dot__", '-' => "__dash__", _ => "__slash__" });
            }
            else
            {
                return null;
            }
        }

        return result.ToString();
    }

    /// <summary>The property that an expression reaches by <paramref name="name"/>.</summary>
    public static string Unescape(string name)
    {
        var at = name.IndexOf("__", StringComparison.Ordinal);
        if (at < 0)
        {
            return name;
        }

        if (at == 0 && name.Length > 4 && name.EndsWith("__", StringComparison.Ordinal) && CelParser.IsReserved(name[2..^2]))
        {
            return name[2..^2];
        }

        var result = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length;)
        {
            var (plain, length) = (name[i].ToString(), 1);
            foreach (var part in Parts)
            {
                if (string.CompareOrdinal(name, i, part.Escaped, 0, part.Escaped.Length) == 0)
                {
                    (plain, length) = (part.Plain, part.Escaped.Length);
                    break;
                }
            }

            result.Append(plain);
            i += length;
        }

        return result.ToString();
    }

    /// <summary>What the language calls a kind of value.</summary>
    public static string Of(CelKind kind) => kind switch
    {
        CelKind.Null => "null_type",
        CelKind.Bool => "bool",
        CelKind.Int => "int",
        CelKind.Uint => "uint",
        CelKind.Double => "double",
        CelKind.String => "string",
        CelKind.Bytes => "bytes",
        CelKind.List => "list",
        CelKind.Map => "map",
        CelKind.Object => "object",
        CelKind.Timestamp => "google.protobuf.Timestamp",
        CelKind.Duration => "google.protobuf.Duration",
        CelKind.Type => "type",
        CelKind.Optional => "optional_type",
        CelKind.Ip => "net.IP",
        CelKind.Cidr => "net.CIDR",
        CelKind.Quantity => "kubernetes.Quantity",
        CelKind.Url => "kubernetes.URL",
        CelKind.Format => "kubernetes.NamedFormat",
        CelKind.Semver => "kubernetes.Semver",
        _ => "dyn",
    };

    /// <summary>Whether <paramref name="name"/> is a type that an expression may name.</summary>
    public static bool IsType(string name) => name is "null_type" or "bool" or "int" or "uint" or "double" or "string" or "bytes" or "list" or "map"
        or "google.protobuf.Timestamp" or "google.protobuf.Duration" or "type" or "optional_type" or "net.IP" or "net.CIDR"
        or "kubernetes.Quantity" or "kubernetes.URL" or "kubernetes.NamedFormat" or "kubernetes.Semver";
}
