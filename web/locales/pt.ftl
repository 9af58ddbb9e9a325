# Português.

### brushes

## Nomes
brush-round = Redondo
brush-pencil = Lápis
brush-ink = Nanquim
brush-flat = Chato de cerdas
brush-chalk = Giz
brush-airbrush = Aerógrafo
brush-watercolour = Aquarela
brush-marker = Marcador
brush-smudge = Esfuminho
brush-eraser = Borracha

## O que foi feito
brush-chosen = { $name }
brush-saved = Mudanças do pincel guardadas
brush-saved-as = Guardado como { $name }
brush-renamed = O pincel agora se chama { $name }
brush-deleted = Pincel retirado da lista
brush-was-reset = Pincel como era antes
brushes-restored = Os pincéis que vieram com o Underpaint estão de volta
brushes-imported = { $count ->
    [0] Nada de novo: todos estes pincéis já estão na lista
    [one] Um pincel acrescentado
   *[other] { $count } pincéis acrescentados
}
brush-import-failed = Nenhum pincel foi acrescentado: { $reason }. Escolha um arquivo que foi exportado aqui
brush-needs-name = Um pincel precisa de um nome: digite um
brush-list-full = A lista de pincéis está cheia: retire um primeiro
brush-last-stays = O último pincel do seu tipo fica: acrescente outro primeiro

## A lista
brushes-title = Pincéis
brush-save = Guardar mudanças
brush-save-as = Guardar como novo pincel
brush-rename = Renomear
brush-delete = Retirar da lista
brush-reset = Restaurar
brush-reset-hint = Desfaz as mudanças; na segunda vez, um pincel que veio com o Underpaint volta a ser como veio
brush-export = Exportar este pincel
brushes-export = Exportar todos os pincéis
brushes-import = Importar pincéis
brushes-restore = Trazer de volta os pincéis originais
brush-is-changed = alterado

## Números
brush-number-size-px = Tamanho
brush-number-hardness = Dureza
brush-number-opacity = Opacidade
brush-number-flow = Fluxo
brush-number-spacing = Espaçamento
brush-number-aspect = Largura da ponta
brush-number-rotation-degrees = Rotação
brush-number-rotation-jitter = Rotação ao acaso
brush-number-size-jitter = Tamanho ao acaso
brush-number-tone-jitter = Tom ao acaso
brush-number-scatter = Dispersão
brush-number-grain-depth = Profundidade da textura
brush-number-grain-scale = Tamanho da textura
brush-number-edge = Borda escura
brush-number-smudge-rate = Arraste
brush-number-smudge-colour = Cor própria no arraste
brush-number-smoothing = Suavização
brush-number-string-px = Comprimento do fio
brush-number-average = Duração da média

## Escolhas
brush-tip = Ponta
brush-tip-round = Redonda
brush-tip-chalk = Giz
brush-tip-bristle = Cerdas
brush-tip-flat-bristle = Cerdas chatas
brush-grain = Textura
brush-grain-none = Nenhuma
brush-grain-paper = Papel
brush-grain-canvas = Tela
brush-grain-blotch = Papel molhado
brush-gathering = Dentro de um traço
brush-gathering-wash = Aguada uniforme
brush-gathering-build-up = Acumula
brush-blend = Sobre o que existe
brush-blend-normal = Cobre
brush-blend-multiply = Vela
brush-rotation-source = Girada por
brush-rotation-source-fixed = Nada
brush-rotation-source-direction = O traço
brush-rotation-source-tilt = A inclinação da caneta
brush-rotation-source-twist = A torção da caneta
brush-stabiliser = Mão firme
brush-stabiliser-none = Desligada
brush-stabiliser-pulled-string = Fio puxado
brush-stabiliser-moving-average = Média móvel

## Curvas
brush-curves = Dinâmica da caneta
brush-curve-label = { $parameter } por { $input }
brush-parameter-size = Tamanho
brush-parameter-opacity = Opacidade
brush-parameter-flow = Fluxo
brush-parameter-hardness = Dureza
brush-parameter-aspect = Largura da ponta
brush-parameter-scatter = Dispersão
brush-input-pressure = Pressão
brush-input-tilt = Inclinação
brush-input-speed = Velocidade
