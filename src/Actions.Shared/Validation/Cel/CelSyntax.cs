namespace Actions.Shared.Validation.Cel;

/// <summary>A part of an expression as it is written, before names are resolved.</summary>
/// <param name="Position">Where it stands; of an operation, where its operator stands.</param>
internal abstract record CelSyntax(int Position);

internal sealed record LiteralSyntax(int Position, CelValue Value) : CelSyntax(Position);

internal sealed record IdentifierSyntax(int Position, string Name) : CelSyntax(Position);

internal sealed record SelectSyntax(int Position, CelSyntax Operand, string Field, bool IsOptional) : CelSyntax(Position);

internal sealed record IndexSyntax(int Position, CelSyntax Operand, CelSyntax Index, bool IsOptional) : CelSyntax(Position);

/// <summary>A call of a function or a macro; <paramref name="Target"/> is null for a function that stands alone.</summary>
internal sealed record CallSyntax(int Position, CelSyntax? Target, string Name, IReadOnlyList<CelSyntax> Arguments) : CelSyntax(Position);

/// <summary>An operator with one or two operands, under the name of its function, for example <c>_+_</c>.</summary>
internal sealed record OperatorSyntax(int Position, string Name, IReadOnlyList<CelSyntax> Operands) : CelSyntax(Position);

/// <summary>A chain of <c>&amp;&amp;</c> or of <c>||</c>.</summary>
internal sealed record LogicSyntax(int Position, bool IsOr, IReadOnlyList<CelSyntax> Operands) : CelSyntax(Position);

internal sealed record ConditionalSyntax(int Position, CelSyntax Condition, CelSyntax Then, CelSyntax Else) : CelSyntax(Position);

/// <summary>An item of a list or an entry of a map (with a key); an optional one is left out when it has no value.</summary>
internal sealed record ElementSyntax(CelSyntax? Key, CelSyntax Value, bool IsOptional);

internal sealed record ListSyntax(int Position, IReadOnlyList<ElementSyntax> Elements) : CelSyntax(Position);

internal sealed record MapSyntax(int Position, IReadOnlyList<ElementSyntax> Elements) : CelSyntax(Position);
