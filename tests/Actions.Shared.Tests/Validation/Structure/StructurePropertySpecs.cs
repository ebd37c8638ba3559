using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Validation.Structure;

public sealed class StructurePropertySpecs
{
    private static readonly Gen<string> Names = Gen.Elements("a", "b", "c", "kind", "metadata", "sops", "defaultMode", "x/y~z", "");

    private static readonly Gen<YamlNode> Scalars = Gen.Elements(
        "", "~", "yes", "off", "true", "0777", "0o17", "1e3", "1.5", ".inf", ".nan", "0x1f", "1_000", "-1", "644", "99999999999999999999", "22:22", "2001-01-01", "=",
        "abc", "100 Mi", "1Gi", "ENC[AES256_GCM,data:x]", "a:b", "-a", "😀").Two().Select(YamlNode (pair) => Scalar(pair.Item1, pair.Item2.Length % 3 == 0));

    private static readonly Gen<Schema> Schemas = SchemaOf(3);

    // Neither alternatives nor uniqueness: those may depend on fields that nobody knows.
    private static readonly Gen<Schema> PlainSchemas = SchemaOf(3, isPlain: true);

    private static readonly Gen<YamlNode> Nodes = NodeOf(3);

    [Fact]
    public void No_document_and_no_schema_make_it_throw() =>
        Prop.ForAll(Nodes.ToArbitrary(), Schemas.ToArbitrary(), (node, schema) =>
        {
            var problems = StructureValidator.Validate(node, schema);
            return problems.All(p => p.Message.Length > 0 && StructureRules.All.Contains(p.Rule) && (p.Field.Length == 0 || p.Field[0] == '/'));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Versions_with_one_schema_answer_as_one() =>
        Prop.ForAll(Nodes.ToArbitrary(), Schemas.ToArbitrary(), (node, schema) =>
        {
            var several = StructureValidator.Validate(node, [("1.32", schema), ("1.33", schema)]);
            return several.All(p => p.KubernetesVersions.Count == 0)
                && several.Select(Identity).SequenceEqual(StructureValidator.Validate(node, schema).Select(Identity).Distinct());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Strict_only_adds_unknown_fields() =>
        Prop.ForAll(Nodes.ToArbitrary(), Schemas.ToArbitrary(), (node, schema) =>
            StructureValidator.Validate(node, schema, strict: true).Where(p => p.Rule != StructureRules.UnknownField).Select(Identity)
                .SequenceEqual(StructureValidator.Validate(node, schema, strict: false).Select(Identity)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void What_is_accepted_without_strict_stays_so_when_its_unknown_fields_are_gone() =>
        Prop.ForAll(Nodes.ToArbitrary(), PlainSchemas.ToArbitrary(), (node, schema) =>
        {
            if (StructureValidator.Validate(node, schema, strict: false).Count > 0)
            {
                return true;
            }

            var unknown = StructureValidator.Validate(node, schema, strict: true).Select(p => p.Field).ToHashSet(StringComparer.Ordinal);
            return StructureValidator.Validate(Without(node, unknown, ""), schema, strict: true).Count == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static (string, string, string) Identity(StructureProblem p) => (p.Rule.Id, p.Field, p.Message);

    private static YamlNode Without(YamlNode node, HashSet<string> pointers, string at) => node switch
    {
        YamlMapping mapping => new YamlMapping(
            mapping.Span,
            [.. mapping.Where(e => !pointers.Contains(at + "/" + Token(e))).Select(e => e with { Value = Without(e.Value, pointers, at + "/" + Token(e)) })]),
        YamlSequence sequence => new YamlSequence(sequence.Span, [.. sequence.Select((item, i) => Without(item, pointers, $"{at}/{i}"))]),
        _ => node,
    };

    private static string Token(YamlEntry entry) => entry.Key.Value.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static Gen<YamlNode> NodeOf(int depth) => depth == 0
        ? Scalars
        : Gen.OneOf(
            Scalars,
            NodeOf(depth - 1).ListOf(3).Select(YamlNode (items) => new YamlSequence(default, [.. items])),
            Names.Zip(NodeOf(depth - 1)).ListOf(4).Select(YamlNode (entries) =>
                new YamlMapping(default, [.. entries.DistinctBy(e => e.Item1).Select(e => new YamlEntry(Scalar(e.Item1, true), e.Item2, false))])));

    private static Gen<Schema> SchemaOf(int depth, bool isPlain = false)
    {
        var leaf = from type in Gen.Elements(Enum.GetValues<SchemaType>())
                   from format in Gen.Elements(null, "int32", "byte", "date-time", "duration", "quantity", "cidr", "unknown")
                   from pattern in Gen.Elements(null, "^a", "^[[:alpha:]]+$", "(")
                   from bound in Gen.Elements<double?>(null, 0, 1.5)
                   from length in Gen.Elements<int?>(null, 1)
                   from nullable in Gen.Elements(true, false)
                   from values in Gen.Elements<string[]?>(null, [], ["a", "1", "true"])
                   select new Schema { Type = type, Format = format, Pattern = pattern, Minimum = bound, MultipleOf = bound, MinLength = length, Nullable = nullable, Enum = values };
        if (depth == 0)
        {
            return leaf;
        }

        var inner = SchemaOf(depth - 1, isPlain);
        var table = from type in Gen.Elements(SchemaType.Object, SchemaType.Any)
                    from fields in Names.Zip(inner).ListOf(4)
                    from required in Names.ListOf(1)
                    from additional in inner
                    from hasAdditional in Gen.Elements(true, false, false)
                    from preserves in Gen.Elements(true, false, false)
                    from embedded in Gen.Elements(true, false, false, false)
                    select new Schema
                    {
                        Type = type,
                        Properties = fields.DistinctBy(f => f.Item1).ToDictionary(f => f.Item1, f => f.Item2),
                        Required = [.. required.Where(r => !isPlain || fields.Any(f => f.Item1 == r))],
                        AdditionalProperties = hasAdditional ? additional : null,
                        PreservesUnknownFields = preserves,
                        IsEmbeddedResource = embedded,
                    };
        var list = from items in inner
                   from type in Gen.Elements(Enum.GetValues<SchemaListType>())
                   from unique in Gen.Elements(true, false)
                   select new Schema { Type = SchemaType.Array, Items = items, ListType = isPlain ? SchemaListType.Atomic : type, ListMapKeys = ["a", "protocol"], UniqueItems = unique && !isPlain };
        var combined = from type in Gen.Elements(SchemaType.Any, SchemaType.Object)
                       from any in inner.ListOf(2)
                       from one in inner.ListOf(2)
                       from all in inner.ListOf(2)
                       from not in inner
                       from hasNot in Gen.Elements(true, false, false)
                       select new Schema { Type = type, AnyOf = [.. any], OneOf = [.. one], AllOf = [.. all], Not = hasNot ? not : null };
        return isPlain ? Gen.OneOf(leaf, table, table, list) : Gen.OneOf(leaf, table, table, list, combined);
    }

    private static YamlScalar Scalar(string text, bool plain)
    {
        var style = plain ? YamlScalarStyle.Plain : YamlScalarStyle.DoubleQuoted;
        return new YamlScalar(default, text, style, ScalarTyping.Resolve(text, style));
    }
}
