using Actions.Shared.Validation.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Validation.Cel;

public sealed class CelPropertySpecs
{
    private static readonly Gen<string> Words = Gen.Elements(
        "self", "oldSelf", "x", "y", "a", "name", "list", "1", "2u", "1.5", "-9223372036854775808", "9223372036854775807", "0x", "1e400", "'a'", "\"b\"", "r'\\'", "b'\\xff'",
        "'''", "'", "true", "false", "null", "+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "!", "?", ":", ".", ".?", ",", "(", ")", "[", "]", "[?", "{", "}",
        "has(", ".all(x,", ".exists(x,", ".map(x,", ".filter(x,", ".transformMap(x, y,", ".size()", ".matches(", ".split(", ".replace(", ".format(", "size(", "string(", "int(",
        "duration('1h')", "timestamp(", "optional.of(", ".orValue(", "sets.contains(", "in", "for", "`", "//", "\n", "\\", "$", "😀", "é");

    private static readonly Gen<string> Texts = Words.ListOf().Select(words => string.Join(' ', words));

    // Small expressions that mostly compile, so that evaluation is reached with values of all types in all places.
    private static readonly Gen<string> Expressions = Expression(4);

    [Fact]
    public void Any_text_is_either_compiled_or_refused_at_a_place_in_it() =>
        Prop.ForAll(Texts.ToArbitrary(), text =>
        {
            if (!CelProgram.TryCompile(text, CelCases.Variables, out var program, out var problem))
            {
                return problem!.Position >= 0 && problem.Position <= text.Length && problem.Message.Length > 0 && problem.Message[^1] != '.';
            }

            program!.Evaluate(new CelBudget(20_000), CelValue.Of("text"), CelValue.Of(1L));
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Evaluation_never_throws_and_stays_within_its_budget() =>
        Prop.ForAll(Expressions.ToArbitrary(), Gen.Choose(0, 2_000).ToArbitrary(), (text, steps) =>
        {
            if (!CelProgram.TryCompile(text, CelCases.Variables, out var program, out _))
            {
                return true;
            }

            var budget = new CelBudget(steps);
            var value = program!.Evaluate(budget, CelValue.Of("text"), CelError.Unknown("?"));
            return budget.Left >= 0 && budget.Left <= steps && (value is not CelError { Error: CelErrorKind.Exhausted } || budget.Left == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void The_same_expression_gives_the_same_value_again() =>
        Prop.ForAll(Expressions.ToArbitrary(), text => CelCases.Outcome(text) == CelCases.Outcome(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Types_that_are_worked_out_are_those_of_the_values() =>
        Prop.ForAll(Expressions.ToArbitrary(), text =>
        {
            if (!CelProgram.TryCompile(text, CelCases.Variables, out var program, out _) || program!.Type.Kind == CelKind.Dyn)
            {
                return true;
            }

            var value = program.Evaluate(new CelBudget(100_000), CelValue.Of("text"), CelError.Unknown("?"));
            return value is CelError || value.Kind == program.Type.Kind;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Deep_and_long_expressions_are_refused_and_do_not_overflow_the_stack()
    {
        foreach (var text in new[]
        {
            new string('(', 50_000) + "1" + new string(')', 50_000),
            new string('[', 50_000),
            new string('!', 50_000) + "true",
            string.Join("+", Enumerable.Repeat("1", 40_000)),
            "self" + string.Concat(Enumerable.Repeat(".a", 40_000)),
            "self" + string.Concat(Enumerable.Repeat("[0]", 30_000)),
            string.Concat(Enumerable.Repeat("true ? ", 10_000)) + "1",
            string.Concat(Enumerable.Repeat("[1].all(x, ", 5_000)) + "true" + new string(')', 5_000),
            new string('a', 200_000),
        })
        {
            if (CelProgram.TryCompile(text, CelCases.Variables, out var program, out _))
            {
                program!.Evaluate(new CelBudget(1_000_000), CelValue.Null, CelValue.Null).ShouldNotBeNull();
            }
        }
    }

    [Fact]
    public void A_long_chain_of_conditions_is_no_deep_expression() =>
        CelCases.Outcome(string.Join(" || ", Enumerable.Repeat("self.replicas == 7", 2_000)) + " || true").ShouldBe("true");

    [Theory]
    [InlineData("a.b-c/d", "a__dot__b__dash__c__slash__d")]
    [InlineData("a__b", "a__underscores__b")]
    [InlineData("namespace", "__namespace__")]
    [InlineData("in", "__in__")]
    [InlineData("plain_name1", "plain_name1")]
    [InlineData("1a", null)]
    [InlineData("a b", null)]
    [InlineData("", null)]
    public void Names_of_fields_are_escaped(string name, string? escaped)
    {
        CelNames.Escape(name).ShouldBe(escaped);
        if (escaped is not null)
        {
            CelNames.Unescape(escaped).ShouldBe(name);
        }
    }

    private static Gen<string> Expression(int depth)
    {
        var leaf = Gen.Elements(
            "self", "other", "1", "0", "-1", "9223372036854775807", "2u", "1.5", "'a'", "''", "b'x'", "true", "false", "null", "[]", "{}", "[1, 2]", "['b', 'a']", "{'a': 1}", "int",
            "duration('90s')", "timestamp(0)", "optional.none()", "optional.of(1)", "ip('10.0.0.1')", "cidr('10.0.0.0/8')", "quantity('1Gi')", "url('https://a/b')", "semver('1.2.3')");
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Expression(depth - 1);
        var binary = Gen.Elements("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in");
        var call = Gen.Elements(
            "size({0})", "string({0})", "int({0})", "double({0})", "type({0})", "bool({0})", "({0}).size()", "({0}).map(x, x)", "({0}).map(x, {1})", "({0}).filter(x, x == {1})",
            "({0}).all(x, x == {1})", "({0}).exists(x, x in {1})", "({0}).exists_one(x, x == {1})", "({0}).all(i, v, i == v)", "({0}).transformMap(k, v, {1})", "({0}).transformList(k, v, k)",
            "({0})[{1}]", "({0})[?{1}]", "({0}).a", "({0}).?a", "has(({0}).a)", "[{0}, {1}]", "{{'k': {0}}}", "({0}) ? ({1}) : ({0})", "!({0})", "-({0})", "({0}).replace({1}, 'zz')",
            "({0}).split({1})", "({0}).join({1})", "({0}).indexOf({1})", "({0}).substring({1})", "({0}).matches({1})", "'%s %d'.format([{0}, {1}])", "({0}).sum()", "({0}).max()",
            "({0}).isSorted()", "sets.equivalent({0}, {1})", "({0}).orValue({1})", "({0}).optMap(o, o)", "({0}).charAt({1})", "({0}).upperAscii()", "({0}).getHours()", "({0}).add({1})",
            "({0}).compareTo({1})", "({0}).containsIP({1})", "({0}).getQuery()", "({0}).findAll({1})");
        return Gen.OneOf(
            leaf,
            from a in inner from o in binary from b in inner select $"({a}) {o} ({b})",
            from f in call from a in inner from b in inner select f.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal).Replace("{0}", a, StringComparison.Ordinal).Replace("{1}", b, StringComparison.Ordinal));
    }
}
